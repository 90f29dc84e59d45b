// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/finite_ratio.hpp>

#include <cmath>
#include <utility>
#include <vector>

namespace iddpm {

namespace detail {

// x_t = ratio x_s + of E_t is Ddim's step from t to s, eta = 0, solved for x_t.
struct InverseStep {
  double ratio, of;
};

inline InverseStep inverse_step(const Path& path, int k) {
  const NoiseLevel from = path[k], to = path[k + 1];
  const double ratio = to.alpha / from.alpha;
  return {ratio, std::fma(-ratio, from.sigma, to.sigma)};
}

}  // namespace detail

namespace sampler {

/// DDIM backwards, from x_0 (timestep -1) up to T - 1: x_t = (alpha_t / alpha_s) x_s + (sigma_t -
/// (alpha_t / alpha_s) sigma_s) E, the step of Ddim with eta = 0 from t to s < t solved for x_t,
/// with E = E(x_s, t) in place of E(x_t, t): right as steps get shorter. One call per step, nothing
/// kept. x_0 is not clipped unless that is asked for: a clip cannot be undone. \throws
/// std::invalid_argument, in a run, at zero terminal SNR. \see Song et al. 2021, section 4.3;
/// Mokady et al. 2023, "Null-text inversion", eq. (3).
template <Denoised D = denoised::Identity>
class DdimInverse {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.reads = 1};
  static constexpr bool ascends = true;

  explicit DdimInverse(D denoised = D{}) : denoised_(std::move(denoised)) {}
  [[nodiscard]] const D& denoised() const { return denoised_; }
  void check(const Path& path) const { detail::require_finite_ratio("DdimInverse", path); }

  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const auto [ratio, of] = detail::inverse_step(path, k);
    return {
        {.t = path[k + 1].t, .reads = {0}, .writes = {{{.to = 0, .eps = of, .reads = {ratio}}}}}};
  }
  /// @}

 private:
  D denoised_;
};

/// The same with E at x_t itself, by iteration, so that Ddim with eta = 0 leads back to where it
/// came from, to rounding. Each sample iterates until its x_t changes by a few epsilon; after every
/// iteration the host waits for that. Two Views kept.
///
/// Near x_T the iteration may shrink the error by no more than 1 - S_s / S_t, S = sqrt((1 - A) /
/// A), each time: take shorter steps there. \throws std::runtime_error, at a step, where a sample
/// has not settled after 100 iterations;
///         std::invalid_argument, in a run, at zero terminal SNR.
/// \see Pan et al. 2023, "Effective real image editing with accelerated iterative diffusion
///      inversion" (AIDI), section 3.2.
template <Denoised D = denoised::Identity>
class DdimInverseFixedPoint {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.kept = 2, .reads = 2, .writes = 2, .repeats = true};
  static constexpr bool ascends = true;

  explicit DdimInverseFixedPoint(D denoised = D{}) : denoised_(std::move(denoised)) {}
  [[nodiscard]] const D& denoised() const { return denoised_; }
  void check(const Path& path) const {
    detail::require_finite_ratio("DdimInverseFixedPoint", path);
  }
  /// @}

  // Buffer 1 holds x_s, buffer 2 the change of the last iteration.
  /// What makes it a Solver; see sampler/concepts.hpp.
  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const auto [ratio, of] = detail::inverse_step(path, k);
    const double t = path[k + 1].t;
    return {{.t = t,
             .reads = {0},
             .writes = {{{.to = 0, .eps = of, .reads = {ratio}}, {.to = 1, .reads = {1}}}}},
            {.t = t,
             .reads = {1, 0},
             .writes = {{{.to = 0, .eps = of, .reads = {ratio, 0}},
                         {.to = 2, .eps = of, .reads = {ratio, -1}}}},
             .tolerance = 8}};
  }

 private:
  D denoised_;
};

}  // namespace sampler

}  // namespace iddpm
