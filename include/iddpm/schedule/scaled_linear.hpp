// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace iddpm::schedule {

/// sqrt(beta_t) rises linearly from sqrt(first) to sqrt(last). Unlike Linear, the ends are not
/// scaled by 1000 / T: they belong to T = 1000, and another T ends at another noise.
/// \throws std::invalid_argument unless T >= 1 and both ends are in (0, 1).
/// \see Rombach et al. 2022, latent-diffusion, make_beta_schedule("linear"); Stable Diffusion.
class ScaledLinear {
 public:
  /// @{
  /// The betas, t = 0 .. T - 1, and what they are made of.
  explicit ScaledLinear(int num_timesteps, double first = 0.00085, double last = 0.012)
      : num_timesteps_(num_timesteps), first_(first), last_(last) {
    require(num_timesteps >= 1, "ScaledLinear", "num_timesteps", "be positive", num_timesteps);
    require(first > 0 && first < 1, "ScaledLinear", "first", "be in (0, 1)", first);
    require(last > 0 && last < 1, "ScaledLinear", "last", "be in (0, 1)", last);
  }

  [[nodiscard]] std::vector<double> betas() const {
    std::vector<double> betas(static_cast<std::size_t>(num_timesteps_));
    const double root = std::sqrt(first_);
    const double step = (std::sqrt(last_) - root) / (num_timesteps_ > 1 ? num_timesteps_ - 1 : 1);
    for (int t = 0; t < num_timesteps_; ++t) {
      const double root_of_beta = std::fma(t, step, root);
      betas[static_cast<std::size_t>(t)] = root_of_beta * root_of_beta;
    }
    return betas;
  }

  [[nodiscard]] int num_timesteps() const { return num_timesteps_; }
  [[nodiscard]] double first() const { return first_; }
  [[nodiscard]] double last() const { return last_; }
  /// @}

 private:
  int num_timesteps_;
  double first_, last_;
};

}  // namespace iddpm::schedule
