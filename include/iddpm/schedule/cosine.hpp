// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/sincos.hpp>

#include <algorithm>
#include <vector>

namespace iddpm::schedule {

/// alpha_bar(u) = cos^2((u + offset) / (1 + offset) pi / 2) over u = t / T, as
/// beta_t = min(1 - alpha_bar((t + 1) / T) / alpha_bar(t / T), largest_beta).
/// \throws std::invalid_argument unless T >= 1, offset >= 0 and largest_beta is in (0, 1).
/// \see Nichol & Dhariwal 2021, eq. (17); improved_diffusion, get_named_beta_schedule("cosine").
class Cosine {
 public:
  explicit Cosine(int num_timesteps, double offset = 0.008, double largest_beta = 0.999)
      : num_timesteps_(num_timesteps), offset_(offset), largest_beta_(largest_beta) {
    require(num_timesteps >= 1, "Cosine", "num_timesteps", "be positive", num_timesteps);
    require(offset >= 0, "Cosine", "offset", "be at least 0", offset);
    require(largest_beta > 0 && largest_beta < 1, "Cosine", "largest_beta", "be in (0, 1)",
            largest_beta);
  }

  [[nodiscard]] std::vector<double> betas() const {
    std::vector<double> betas(static_cast<std::size_t>(num_timesteps_));
    for (int t = 0; t < num_timesteps_; ++t)
      betas[static_cast<std::size_t>(t)] = std::min(beta(t), largest_beta_);
    return betas;
  }

 private:
  // 1 - cos^2 b / cos^2 a = sin(b - a) sin(b + a) / cos^2 a keeps the small betas' last digits.
  [[nodiscard]] double beta(int t) const {
    const double quarter_turn = 1.57079632679489661923;
    const double unit = quarter_turn / (1 + offset_);
    const double a = (static_cast<double>(t) / num_timesteps_ + offset_) * unit;
    const double step = unit / num_timesteps_;
    const double cos_a = math::cos(a);
    return math::sin(step) * math::sin(2 * a + step) / (cos_a * cos_a);
  }

  int num_timesteps_;
  double offset_, largest_beta_;
};

}  // namespace iddpm::schedule
