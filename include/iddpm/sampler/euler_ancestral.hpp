// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/exp.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/finite_ratio.hpp>

#include <cmath>
#include <utility>
#include <vector>

namespace iddpm::sampler {

/// Euler's step down to S_down, then noise up to S_s, with S = sqrt((1 - A) / A) and
/// S_up = eta S_s sqrt(1 - S_s^2 / S_t^2), S_down^2 = S_s^2 - S_up^2: on the variance-preserving
/// process the same as Ddim of that eta. Nothing kept, one call per step.
/// \throws std::invalid_argument unless eta is in [0, 1]; in a run, at zero terminal SNR.
/// \see Karras et al. 2022, appendix; k-diffusion, sample_euler_ancestral; Song et al. 2021, eq.
/// (16).
template <Denoised D = denoised::Clip>
class EulerAncestral {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.is_stochastic = true};

  explicit EulerAncestral(double eta = 1, D denoised = D{})
      : eta_(eta), denoised_(std::move(denoised)) {
    require(eta >= 0 && eta <= 1, "EulerAncestral", "eta", "be in [0, 1]", eta);
  }
  [[nodiscard]] const D& denoised() const { return denoised_; }
  void check(const Path& path) const { detail::require_finite_ratio("EulerAncestral", path); }
  /// @}

  // (S_s / S_t)^2 = e^{-2h}.
  /// What makes it a Solver; see sampler/concepts.hpp.
  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const double fresh = -math::expm1(-2 * path.step(k)), sigma = path[k + 1].sigma;
    Combination sum = first_order(path[k + 1]);
    sum.noise = eta_ * sigma * std::sqrt(fresh);
    sum.eps = sigma * std::sqrt(std::fma(-eta_ * eta_, fresh, 1.0));
    return {{.t = path[k].t, .writes = {sum}}};
  }

 private:
  double eta_;
  D denoised_;
};

}  // namespace iddpm::sampler
