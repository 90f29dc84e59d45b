// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/sincos.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace iddpm::schedule {

/// alpha_bar(u) = cos^2((u + offset) / (1 + offset) pi / 2) over u = t / T, as
/// beta_t = min(1 - alpha_bar((t + 1) / T) / alpha_bar(t / T), largest_beta): what
/// betas_for_alpha_bar gives, without its cancellation.
/// \throws std::invalid_argument unless T >= 1, offset is finite and at least 0, and
///         largest_beta is in (0, 1).
/// \see Nichol & Dhariwal 2021, eq. (17); improved_diffusion, get_named_beta_schedule("cosine").
class Cosine {
 public:
  /// @{
  /// The betas, t = 0 .. T - 1, and what they are made of.
  explicit Cosine(int num_timesteps, double offset = 0.008, double largest_beta = 0.999)
      : num_timesteps_(num_timesteps), offset_(offset), largest_beta_(largest_beta) {
    require(num_timesteps >= 1, "Cosine", "num_timesteps", "be positive", num_timesteps);
    require(offset >= 0 && std::isfinite(offset), "Cosine", "offset", "be finite and at least 0",
            offset);
    require(largest_beta > 0 && largest_beta < 1, "Cosine", "largest_beta", "be in (0, 1)",
            largest_beta);
  }

  [[nodiscard]] std::vector<double> betas() const {
    std::vector<double> betas(static_cast<std::size_t>(num_timesteps_));
    for (int t = 0; t < num_timesteps_; ++t)
      betas[static_cast<std::size_t>(t)] = std::min(beta(t), largest_beta_);
    return betas;
  }

  [[nodiscard]] int num_timesteps() const { return num_timesteps_; }
  [[nodiscard]] double offset() const { return offset_; }
  [[nodiscard]] double largest_beta() const { return largest_beta_; }
  /// @}

 private:
  // 1 - cos^2 b / cos^2 a = sin(b - a) sin(a + b) / cos^2 a keeps the small betas' last digits;
  // near the end, where a and b come near pi / 2, the angle left to it keeps the others'.
  [[nodiscard]] double beta(int t) const {
    const double quarter_turn = 1.57079632679489661923;
    const double unit = quarter_turn / (1 + offset_);
    const double step = unit / num_timesteps_;
    const double a = (static_cast<double>(t) / num_timesteps_ + offset_) * unit;
    const double left = static_cast<double>(num_timesteps_ - t) / num_timesteps_ * unit;
    const double cos_a = math::sin(left);
    const double sin_a_plus_b = math::sin(left > a ? 2 * a + step : 2 * left - step);
    return math::sin(step) * sin_a_plus_b / (cos_a * cos_a);
  }

  int num_timesteps_;
  double offset_, largest_beta_;
};

}  // namespace iddpm::schedule
