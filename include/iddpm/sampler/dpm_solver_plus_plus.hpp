// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/exp.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/sampler/concepts.hpp>

#include <cmath>
#include <utility>
#include <vector>

namespace iddpm {

namespace detail {

/// The stage of both forms of DPM-Solver++: alpha_s D + `direction` E + gain `half_over_r`
/// (D - D_previous) + `noise` z.
inline Stage multistep_stage(const Path& path, int k, double direction, double noise, double gain,
                             double half_over_r) {
  return {.t = path[k].t,
          .reads = {half_over_r != 0 ? 1 : -1},
          .writes = {{{.to = 0,
                       .x_start = std::fma(gain, half_over_r, path[k + 1].alpha),
                       .eps = direction,
                       .noise = noise,
                       .reads = {-gain * half_over_r}},
                      {.to = 1, .x_start = 1}}}};
}

// 1 / (2 r), r the last step over this one; 0 where the order is 1.
inline double half_over_r(const Path& path, int k, int order) {
  if (order < 2 || path.history(k) < 1 || path.left(k) < 2) return 0;
  return path.step(k) / (2 * path.step(k - 1));
}

}  // namespace detail

namespace sampler {

/// DPM-Solver++(2M), for the predicted x_0, D: with h the growth of lambda and r = h_previous / h,
/// x_s = (sigma_s / sigma_t) x_t + alpha_s (1 - e^{-h}) (D + (D - D_previous) / (2 r)).
/// Order 2, one call per step, one View kept. Its first step and the step to x_0 are of order 1,
/// which is Ddim with eta = 0.
/// \throws std::invalid_argument unless order is 1 or 2.
/// \see Lu et al. 2022, "DPM-Solver++", algorithm 2.
template <Denoised D = denoised::Clip>
class DpmSolverPlusPlus {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.kept = 1, .reads = 1, .writes = 2, .x_start_history = 1};

  explicit DpmSolverPlusPlus(int order = 2, D denoised = D{})
      : order_(order), denoised_(std::move(denoised)) {
    require(order == 1 || order == 2, "DpmSolverPlusPlus", "order", "be 1 or 2", order);
  }

  [[nodiscard]] const D& denoised() const { return denoised_; }

  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const double gain = -path[k + 1].alpha * math::expm1(-path.step(k));
    return {detail::multistep_stage(path, k, path[k + 1].sigma, 0, gain,
                                    detail::half_over_r(path, k, order_))};
  }
  /// @}

 private:
  int order_;
  D denoised_;
};

/// The SDE form of DPM-Solver++(2M): x_s = (sigma_s / sigma_t) e^{-h} x_t + alpha_s (1 - e^{-2h})
/// (D + (D - D_previous) / (2 r)) + sigma_s sqrt(1 - e^{-2h}) noise. Its first order is Ddim with
/// eta = 1.
/// \throws std::invalid_argument unless order is 1 or 2.
/// \see Lu et al. 2022, "DPM-Solver++", section 5 (SDE-DPM-Solver++(2M)).
template <Denoised D = denoised::Clip>
class SdeDpmSolverPlusPlus {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{
      .kept = 1, .reads = 1, .writes = 2, .x_start_history = 1, .is_stochastic = true};

  explicit SdeDpmSolverPlusPlus(int order = 2, D denoised = D{})
      : order_(order), denoised_(std::move(denoised)) {
    require(order == 1 || order == 2, "SdeDpmSolverPlusPlus", "order", "be 1 or 2", order);
  }

  [[nodiscard]] const D& denoised() const { return denoised_; }

  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const double h = path.step(k), fresh = -math::expm1(-2 * h), sigma = path[k + 1].sigma;
    return {detail::multistep_stage(path, k, sigma * math::exp(-h), sigma * std::sqrt(fresh),
                                    path[k + 1].alpha * fresh,
                                    detail::half_over_r(path, k, order_))};
  }
  /// @}

 private:
  int order_;
  D denoised_;
};

}  // namespace sampler

}  // namespace iddpm
