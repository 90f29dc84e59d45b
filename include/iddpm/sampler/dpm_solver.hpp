// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/phi.hpp>

#include <cmath>
#include <utility>
#include <vector>

namespace iddpm {

namespace detail {

// The step to x_0, and one from a level without any x_0 in it, have no level between their ends.
inline bool is_first_order(const Path& path, int k) {
  return path[k + 1].sigma == 0 || path[k].alpha == 0;
}

inline Stage first_order_stage(const Path& path, int k) {
  return {.t = path[k].t, .writes = {first_order(path[k + 1])}};
}

}  // namespace detail

namespace sampler {

/// DPM-Solver-2 (single step) for the predicted eps, E: with u at the middle of lambda's step h,
/// x_s = (alpha_s / alpha_t) x_t - sigma_s (e^h - 1) E_u. Order 2, two calls per step, one View
/// kept. The step to x_0 is of order 1.
/// \see Lu et al. 2022, "DPM-Solver", algorithm 1 (r_1 = 1/2).
template <Denoised D = denoised::Clip>
class DpmSolver2 {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.kept = 1, .reads = 1};

  explicit DpmSolver2(D denoised = D{}) : denoised_(std::move(denoised)) {}
  [[nodiscard]] const D& denoised() const { return denoised_; }

  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    if (detail::is_first_order(path, k)) return {detail::first_order_stage(path, k)};
    const NoiseLevel from = path[k], to = path[k + 1];
    const double h = path.step(k);
    const NoiseLevel u = path.at_half_log_snr(from.half_log_snr + h / 2);
    Combination middle = first_order(u);
    middle.to = 1;
    return {
        {.t = from.t, .writes = {middle}},
        {.t = u.t,
         .at = 1,
         .reads = {0},
         .writes = {
             {{.to = 0, .eps = -to.sigma * math::expm1(h), .reads = {to.alpha / from.alpha}}}}}};
  }
  /// @}

 private:
  D denoised_;
};

/// DPM-Solver-3 (single step) for the predicted eps, E: with u and w at one and two thirds of
/// lambda's step h,
///
///     x_u = alpha_u D_t + sigma_u E_t
///     x_w = alpha_w D_t + sigma_w E_t - sigma_w 2 g(2 h / 3) (E_u - E_t)
///     x_s = alpha_s D_t + sigma_s E_t - sigma_s (3 / 2) g(h) (E_w - E_t),  g(h) = (e^h - 1) / h -
///     1
///
/// Order 3, three calls per step, two Views kept. The step to x_0 is of order 1.
/// \see Lu et al. 2022, "DPM-Solver", algorithm 2 (r_1 = 1/3, r_2 = 2/3).
template <Denoised D = denoised::Clip>
class DpmSolver3 {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.kept = 2, .reads = 1, .writes = 3};

  explicit DpmSolver3(D denoised = D{}) : denoised_(std::move(denoised)) {}
  [[nodiscard]] const D& denoised() const { return denoised_; }
  /// @}

  // What later stages add to is written by the first, over the state too.
  /// What makes it a Solver; see sampler/concepts.hpp.
  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    if (detail::is_first_order(path, k)) return {detail::first_order_stage(path, k)};
    const NoiseLevel from = path[k], to = path[k + 1];
    const double h = path.step(k);
    const NoiseLevel u = path.at_half_log_snr(from.half_log_snr + h / 3);
    const NoiseLevel w = path.at_half_log_snr(from.half_log_snr + 2 * h / 3);
    const double by_u = 2 * g(2 * h / 3), by_w = 1.5 * g(h);
    return {
        {.t = from.t,
         .writes = {{{.to = 1, .x_start = u.alpha, .eps = u.sigma},
                     {.to = 2, .x_start = w.alpha, .eps = std::fma(w.sigma, by_u, w.sigma)},
                     {.to = 0, .x_start = to.alpha, .eps = std::fma(to.sigma, by_w, to.sigma)}}}},
        {.t = u.t,
         .at = 1,
         .reads = {2},
         .writes = {{{.to = 1, .eps = -w.sigma * by_u, .reads = {1}}}}},
        {.t = w.t,
         .at = 1,
         .reads = {0},
         .writes = {{{.to = 0, .eps = -to.sigma * by_w, .reads = {1}}}}}};
  }

 private:
  static double g(double h) { return h * detail::phi(2, h); }

  D denoised_;
};

}  // namespace sampler

}  // namespace iddpm
