// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace iddpm::schedule {

/// beta_t = min(1 - alpha_bar((t + 1) / T) / alpha_bar(t / T), largest_beta), t = 0 .. T - 1, for
/// any `double alpha_bar(double u)` that falls over u in [0, 1]; alpha_bar(0) need not be 1.
///
/// The subtraction leaves an absolute error of about 1e-16 in a beta, so a beta of 1e-4 has twelve
/// true digits. Cosine and Sigmoid are the forms of this that do not cancel.
/// \throws std::invalid_argument unless T >= 1, largest_beta is in (0, 1), alpha_bar(t / T) is
///         positive and finite at every t < T, and alpha_bar(1) is finite.
/// \see Nichol & Dhariwal 2021, eq. (17); improved_diffusion, betas_for_alpha_bar.
template <std::invocable<double> F>
[[nodiscard]] std::vector<double> betas_for_alpha_bar(int num_timesteps, const F& alpha_bar,
                                                      double largest_beta = 0.999) {
  require(num_timesteps >= 1, "betas_for_alpha_bar", "num_timesteps", "be positive", num_timesteps);
  require(largest_beta > 0 && largest_beta < 1, "betas_for_alpha_bar", "largest_beta",
          "be in (0, 1)", largest_beta);
  std::vector<double> betas;
  for (int t = 0; t < num_timesteps; ++t) {
    const double here = alpha_bar(static_cast<double>(t) / num_timesteps);
    const double there = alpha_bar(static_cast<double>(t + 1) / num_timesteps);
    require(here > 0 && std::isfinite(here), "betas_for_alpha_bar",
            "alpha_bar(" + std::to_string(t) + " / T)", "be positive and finite", here);
    require(std::isfinite(there), "betas_for_alpha_bar",
            "alpha_bar(" + std::to_string(t + 1) + " / T)", "be finite", there);
    betas.push_back(std::min(1 - there / here, largest_beta));
  }
  return betas;
}

/// The schedule of any alpha_bar: betas_for_alpha_bar as a type. Copies share the callable.
/// \throws std::invalid_argument where betas_for_alpha_bar does, on construction.
template <std::invocable<double> F>
class AlphaBar {
 public:
  /// @{
  /// The betas, t = 0 .. T - 1, and what they are made of.
  AlphaBar(int num_timesteps, F function, double largest_beta = 0.999)
      : num_timesteps_(num_timesteps),
        largest_beta_(largest_beta),
        alpha_bar_(std::make_shared<const F>(std::move(function))) {
    static_cast<void>(betas());  // refuses here, not in the process
  }

  [[nodiscard]] std::vector<double> betas() const {
    return betas_for_alpha_bar(num_timesteps_, *alpha_bar_, largest_beta_);
  }

  [[nodiscard]] int num_timesteps() const { return num_timesteps_; }
  [[nodiscard]] double largest_beta() const { return largest_beta_; }
  [[nodiscard]] const F& alpha_bar() const { return *alpha_bar_; }
  /// @}

 private:
  int num_timesteps_;
  double largest_beta_;
  std::shared_ptr<const F> alpha_bar_;  // a lambda that captures could not be assigned
};

}  // namespace iddpm::schedule
