// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/log.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/finite_ratio.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace iddpm {

/// EDM's churn: before a step from S = sqrt((1 - A) / A), where S is in [low, high], noise is added
/// up to S' = (1 + min(amount / steps, sqrt(2) - 1)) S, but never beyond the last
/// timestep's S (the last finite one).
/// \see Karras et al. 2022, algorithm 2: S_churn, S_tmin, S_tmax, S_noise.
struct Churn {
  double amount = 0;  ///< 0: none
  /// @{
  /// The range of S in which noise is added.
  double low = 0, high = std::numeric_limits<double>::infinity();
  /// @}
  double noise = 1;  ///< the standard deviation of the added noise
};

namespace detail {

inline void check_churn(std::string_view sampler, const Churn& churn) {
  require(churn.amount >= 0, sampler, "churn.amount", "be at least 0", churn.amount);
  require(churn.low <= churn.high, sampler, "churn.low", "be at most churn.high", churn.low);
  require(churn.noise >= 0, sampler, "churn.noise", "be at least 0", churn.noise);
}

/// Where transition k starts.
inline TransitionStart churned(const Churn& churn, const Path& path, int k) {
  const NoiseLevel level = path[k];
  if (churn.amount == 0 || level.ratio() < churn.low || level.ratio() > churn.high)
    return {level.t};
  const double gamma = std::min(churn.amount / path.count(), std::sqrt(2.0) - 1);
  const NoiseLevels& levels = path.levels();
  const double wanted = level.half_log_snr - math::log1p(gamma);
  const int last = levels.num_timesteps() - (levels.has_zero_terminal_snr() ? 2 : 1);
  const double least = levels.half_log_snr(last);
  const NoiseLevel to = path.at_half_log_snr(std::max(wanted, least));
  const double added = (to.ratio() - level.ratio()) * (to.ratio() + level.ratio());
  return {to.t, to.alpha / level.alpha, churn.noise * to.alpha * std::sqrt(std::max(added, 0.0))};
}

/// The last stage of transition k, made the start of the next.
inline Stage with_start(Stage stage, const Churn& churn, const Path& path, int k) {
  if (k + 1 >= path.count() || path.rises(k + 1)) return stage;
  const TransitionStart start = churned(churn, path, k + 1);
  if (!start.adds_noise()) return stage;
  Combination& state = stage.writes[0];
  state.x_start *= start.scale;
  state.eps *= start.scale;
  for (double& weight : state.reads) weight *= start.scale;
  state.noise = start.deviation;
  stage.noise_ahead = 1;
  return stage;
}

}  // namespace detail

namespace sampler {

/// Euler's method for dx' / dS = E, x' = x / alpha, S = sigma / alpha: x'_s = x'_t + (S_s - S_t) E,
/// which without churn is Ddim with eta = 0. Order 1, one call per step, nothing kept.
/// \throws std::invalid_argument for a churn out of range; in a run, at zero terminal SNR.
/// \see Karras et al. 2022, algorithm 2 without its correction.
template <Denoised D = denoised::Clip>
class Euler {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.is_stochastic = true};

  explicit Euler(Churn churn = {}, D denoised = D{})
      : churn_(churn), denoised_(std::move(denoised)) {
    detail::check_churn("Euler", churn);
  }
  [[nodiscard]] const D& denoised() const { return denoised_; }
  void check(const Path& path) const { detail::require_finite_ratio("Euler", path); }
  [[nodiscard]] TransitionStart start(const Path& path, int k) const {
    return detail::churned(churn_, path, k);
  }

  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const Stage stage{.t = start(path, k).t, .writes = {first_order(path[k + 1])}};
    return {detail::with_start(stage, churn_, path, k)};
  }
  /// @}

 private:
  Churn churn_;
  D denoised_;
};

/// Heun's method for the same equation: x'_s = x'_t + (S_s - S_t) (E_t + E_s) / 2, E_s from Euler's
/// x_s. Order 2, two calls per step, one View kept. The step to x_0 is Euler's.
/// \throws std::invalid_argument for a churn out of range; in a run, at zero terminal SNR.
/// \see Karras et al. 2022, algorithm 2.
template <Denoised D = denoised::Clip>
class Heun {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.kept = 1, .reads = 1, .is_stochastic = true};

  explicit Heun(Churn churn = {}, D denoised = D{})
      : churn_(churn), denoised_(std::move(denoised)) {
    detail::check_churn("Heun", churn);
  }
  [[nodiscard]] const D& denoised() const { return denoised_; }
  void check(const Path& path) const { detail::require_finite_ratio("Heun", path); }
  [[nodiscard]] TransitionStart start(const Path& path, int k) const {
    return detail::churned(churn_, path, k);
  }
  /// @}

  // E_t is not kept: x'_s = (x'_t + Euler's x'_s + (S_s - S_t) E_s) / 2.
  /// What makes it a Solver; see sampler/concepts.hpp.
  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const NoiseLevel from = noise_level(path.levels(), start(path, k).t), to = path[k + 1];
    const Stage euler{.t = from.t, .writes = {first_order(to)}};
    if (to.sigma == 0) return {detail::with_start(euler, churn_, path, k)};
    const double ds = to.ratio() - from.ratio();
    Stage first = euler;
    first.writes[0].to = 1;
    const Stage second{.t = to.t,
                       .at = 1,
                       .reads = {0},
                       .writes = {{{.to = 0,
                                    .x_start = to.alpha / 2,
                                    .eps = std::fma(to.alpha, ds, to.sigma) / 2,
                                    .reads = {to.alpha / from.alpha / 2}}}}};
    return {first, detail::with_start(second, churn_, path, k)};
  }

 private:
  Churn churn_;
  D denoised_;
};

}  // namespace sampler

}  // namespace iddpm
