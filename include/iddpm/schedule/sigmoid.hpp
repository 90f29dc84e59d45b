// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/exp.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace iddpm::schedule {

/// alpha_bar(u) = (s(end / tau) - s(z(u))) / (s(end / tau) - s(start / tau)) with s the logistic
/// function and z(u) = (start + u (end - start)) / tau, over u = t / T, as
/// beta_t = min(1 - alpha_bar((t + 1) / T) / alpha_bar(t / T), largest_beta).
/// The paper's floor of 1e-9 under alpha_bar is not here: largest_beta bounds the last step.
/// \throws std::invalid_argument unless T >= 1, start < end, 0 < tau (all finite) and largest_beta
///         is in (0, 1).
/// \see Jabri et al. 2022, arXiv:2212.11972; Chen 2023, arXiv:2301.10972.
class Sigmoid {
 public:
  /// @{
  /// The betas, t = 0 .. T - 1, and what they are made of.
  explicit Sigmoid(int num_timesteps, double start = -3, double end = 3, double tau = 1,
                   double largest_beta = 0.999)
      : num_timesteps_(num_timesteps),
        start_(start),
        end_(end),
        tau_(tau),
        largest_beta_(largest_beta) {
    require(num_timesteps >= 1, "Sigmoid", "num_timesteps", "be positive", num_timesteps);
    require(std::isfinite(start), "Sigmoid", "start", "be finite", start);
    require(end > start && std::isfinite(end), "Sigmoid", "end", "be finite and above start", end);
    require(tau > 0 && std::isfinite(tau), "Sigmoid", "tau", "be positive and finite", tau);
    require(largest_beta > 0 && largest_beta < 1, "Sigmoid", "largest_beta", "be in (0, 1)",
            largest_beta);
  }

  [[nodiscard]] std::vector<double> betas() const {
    std::vector<double> betas(static_cast<std::size_t>(num_timesteps_));
    for (int t = 0; t < num_timesteps_; ++t)
      betas[static_cast<std::size_t>(t)] = std::min(beta(t), largest_beta_);
    return betas;
  }

  [[nodiscard]] int num_timesteps() const { return num_timesteps_; }
  [[nodiscard]] double start() const { return start_; }
  [[nodiscard]] double end() const { return end_; }
  [[nodiscard]] double tau() const { return tau_; }
  [[nodiscard]] double largest_beta() const { return largest_beta_; }
  /// @}

 private:
  // s(a) - s(b) = sinh((a - b) / 2) / (2 cosh(a / 2) cosh(b / 2)) turns the beta, a quotient of two
  // such differences, into sinh(d / 2) cosh(e / 2) / (sinh((T - t) d / 2) cosh(z / 2)), where d is
  // z's step, e its end and z its value at t + 1: nothing cancels. In exponentials, so that
  // nothing overflows.
  [[nodiscard]] double beta(int t) const {
    const double d = (end_ - start_) / tau_ / num_timesteps_, e = std::abs(end_ / tau_);
    const double z = std::abs(std::fma(t + 1, d, start_ / tau_));
    const double growth = std::fma(t + 1 - num_timesteps_, d, e - z) / 2;
    const double sinhs = math::expm1(-d) / math::expm1((t - num_timesteps_) * d);
    const double coshs = (1 + math::exp(-e)) / (1 + math::exp(-z));
    return math::exp(growth) * sinhs * coshs;
  }

  int num_timesteps_;
  double start_, end_, tau_, largest_beta_;
};

}  // namespace iddpm::schedule
