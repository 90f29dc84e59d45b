// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace iddpm::schedule {

/// Any betas, each in (0, 1), which the process that takes them checks.
/// \throws std::invalid_argument unless every beta is finite.
class Custom {
 public:
  /// @{
  /// The betas, t = 0 .. T - 1, and what they are made of.
  explicit Custom(std::vector<double> betas) : betas_(std::move(betas)) {
    for (std::size_t t = 0; t < betas_.size(); ++t)
      require(std::isfinite(betas_[t]), "Custom", "beta of timestep " + std::to_string(t),
              "be finite", betas_[t]);
  }

  [[nodiscard]] const std::vector<double>& betas() const { return betas_; }
  [[nodiscard]] int num_timesteps() const { return static_cast<int>(betas_.size()); }
  /// @}

 private:
  std::vector<double> betas_;
};

}  // namespace iddpm::schedule
