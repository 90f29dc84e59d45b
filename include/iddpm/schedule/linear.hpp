// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace iddpm::schedule {

/// beta_t rises linearly from `first` 1000 / T to `last` 1000 / T, so that a process of any T ends
/// at about the same noise.
/// \throws std::invalid_argument unless both ends are positive and finite, and, with the usual
///         ends, T = 1 or T >= 21: in between beta would reach 1.
/// \see Ho et al. 2020, section 4; improved_diffusion, get_named_beta_schedule("linear").
class Linear {
 public:
  /// @{
  /// The betas, t = 0 .. T - 1, and what they are made of.
  explicit Linear(int num_timesteps, double first = 1e-4, double last = 0.02)
      : num_timesteps_(num_timesteps), first_(first), last_(last) {
    require(num_timesteps >= 1, "Linear", "num_timesteps", "be positive", num_timesteps);
    require(first > 0 && std::isfinite(first), "Linear", "first", "be positive and finite", first);
    require(last > 0 && std::isfinite(last), "Linear", "last", "be positive and finite", last);
    const double scale = 1000.0 / num_timesteps;
    const double largest = scale * (num_timesteps == 1 ? first : (first > last ? first : last));
    require(largest < 1, "Linear", "num_timesteps",
            "keep every beta in (0, 1), which needs 1 or at least 21 with the usual ends",
            num_timesteps);
  }

  [[nodiscard]] std::vector<double> betas() const {
    std::vector<double> betas(static_cast<std::size_t>(num_timesteps_));
    const double scale = 1000.0 / num_timesteps_;
    const double step = (last_ - first_) / (num_timesteps_ > 1 ? num_timesteps_ - 1 : 1);
    for (int t = 0; t < num_timesteps_; ++t)
      betas[static_cast<std::size_t>(t)] = scale * std::fma(t, step, first_);
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
