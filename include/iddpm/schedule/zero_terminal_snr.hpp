// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/detail/two_part.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace iddpm::schedule {

namespace detail {

template <class S>
concept HasTimestepMap = requires(const S& schedule) {
  schedule.timestep_map();
};

template <class S>
concept HasAlphas = requires(const S& schedule) {
  schedule.alphas();
};

template <class S>
concept HasOriginal = requires(const S& schedule) {
  schedule.original_num_timesteps();
};

}  // namespace detail

/// `Base`, shifted and scaled so that nothing of x_0 is left in x_{T-1}: with r_t the base's
/// sqrt(alpha_bar_t), sqrt(alpha_bar'_t) = (r_t - r_{T-1}) r_0 / (r_0 - r_{T-1}). beta'_0 is the
/// base's, the last beta is exactly 1. A network that predicts epsilon says nothing about x_0
/// there; one that predicts x_0 or velocity does. loss::MinSnr and loss::P2 weigh that timestep by
/// 0, so they do not go with it.
///
/// The betas are made from sums of positive terms alone: over Linear, ScaledLinear and Cosine of
/// up to 4000 timesteps they and the table of them are within 2e-14 of the exact ones, relatively.
/// \throws std::invalid_argument unless T >= 2 and every beta of the base is in (0, 1), or the last
///         one 1.
/// \see Lin et al. 2024, "Common diffusion noise schedules and sample steps are flawed",
///      algorithm 1.
template <Schedule Base>
class ZeroTerminalSnr {
 public:
  /// @{
  /// The last beta of this schedule is made 1.
  static constexpr bool has_zero_terminal_snr = true;

  explicit ZeroTerminalSnr(Base base) : base_(std::move(base)) {
    const std::vector<double> betas = base_.betas();
    require(betas.size() >= 2, "ZeroTerminalSnr", "base", "have at least two timesteps",
            betas.size());
    for (std::size_t t = 0; t < betas.size(); ++t) {
      const bool may_be_one = t + 1 == betas.size();
      require(betas[t] > 0 && (betas[t] < 1 || (may_be_one && betas[t] == 1)), "ZeroTerminalSnr",
              "the base's beta of timestep " + std::to_string(t),
              may_be_one ? "be in (0, 1]" : "be in (0, 1)", betas[t]);
    }
  }
  /// @}

  /// With the drop e_t = r_{t-1} - r_t = r_{t-1} beta_t / (1 + sqrt(1 - beta_t)) and what is left
  /// to fall, E_t = r_{t-1} - r_{T-1} = e_t + ... + e_{T-1}: beta'_t = 1 - (1 - e_t / E_t)^2.
  [[nodiscard]] std::vector<double> betas() const {
    std::vector<double> betas = base_.betas();
    const std::vector<double> drops = this->drops(betas);
    double left = 0;
    for (std::size_t t = betas.size() - 1; t > 0; --t) {
      left += drops[t];
      const double part = drops[t] / left;
      betas[t] = part * (2 - part);
      if (t + 1 < betas.size()) betas[t] = std::min(betas[t], iddpm::detail::below_one);
    }
    return betas;
  }

  /// 1 - beta'_t = (E_{t+1} / E_t)^2, where the base tells its own.
  [[nodiscard]] std::vector<double> alphas() const requires detail::HasAlphas<Base> {
    std::vector<double> alphas = base_.alphas();
    const std::vector<double> drops = this->drops(base_.betas());
    double left = 0;
    for (std::size_t t = alphas.size() - 1; t > 0; --t) {
      const double after = left;
      left += drops[t];
      alphas[t] = (after / left) * (after / left);
    }
    return alphas;
  }

  /// @{
  /// The base's.
  [[nodiscard]] std::vector<int> timestep_map() const requires detail::HasTimestepMap<Base> {
    return base_.timestep_map();
  }

  [[nodiscard]] int original_num_timesteps() const requires detail::HasOriginal<Base> {
    return base_.original_num_timesteps();
  }

  [[nodiscard]] const Base& base() const { return base_; }
  /// @}

 private:
  Base base_;

  // e_t for every t.
  [[nodiscard]] std::vector<double> drops(const std::vector<double>& betas) const {
    std::vector<double> told, drops;
    if constexpr (detail::HasAlphas<Base>) told = base_.alphas();
    double root = 1;
    for (std::size_t t = 0; t < betas.size(); ++t) {
      const double factor = std::sqrt(!told.empty() && betas[t] > 0.5 ? told[t] : 1 - betas[t]);
      drops.push_back(root * (betas[t] / (1 + factor)));
      root *= factor;
    }
    return drops;
  }
};

}  // namespace iddpm::schedule
