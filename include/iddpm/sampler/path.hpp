// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/noise_levels.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace iddpm {

/// A noise level, in the numbers that solvers are written in: x_t = alpha x_0 + sigma eps.
struct NoiseLevel {
  double t;             ///< the timestep; -1: x_0
  double alpha;         ///< sqrt(A)
  double sigma;         ///< sqrt(1 - A)
  double half_log_snr;  ///< lambda = ln(alpha / sigma); +infinity at x_0, -infinity where A = 0

  /// S = sigma / alpha, EDM's sigma; infinite where A = 0.
  [[nodiscard]] double ratio() const { return sigma / alpha; }
};

/// The noise level of t.
[[nodiscard]] inline NoiseLevel noise_level(const NoiseLevels& levels, double t) {
  return {t, std::sqrt(levels.alpha_bar(t)), std::sqrt(levels.one_minus_alpha_bar(t)),
          levels.half_log_snr(t)};
}

/// What a run's transitions go through, on the host: transition k leads from level k to level
/// k + 1. A sampler's coefficients are made from it, before the first launch.
class Path {
 public:
  /// \param first the transition that the run begins with: nothing before it is looked back on
  Path(const NoiseLevels& levels, const Times& times, int first = 0)
      : levels_(&levels), first_(first) {
    for (const double t : times) nodes_.push_back(noise_level(levels, t));
  }

  Path(NoiseLevels&& levels, const Times& times, int first = 0) = delete;  // would outlive them

  /// How many transitions.
  [[nodiscard]] int count() const { return static_cast<int>(nodes_.size()) - 1; }

  /// The transition that the run begins with.
  [[nodiscard]] int first() const { return first_; }

  /// @{
  /// The level that transition k leads from, and the table that it comes from.
  [[nodiscard]] const NoiseLevel& operator[](int k) const {
    return nodes_[static_cast<std::size_t>(k)];
  }

  [[nodiscard]] const NoiseLevels& levels() const { return *levels_; }
  /// @}

  /// The level where half_log_snr is `lambda`.
  [[nodiscard]] NoiseLevel at_half_log_snr(double lambda) const {
    return noise_level(*levels_, levels_->t_of_half_log_snr(lambda));
  }

  /// Does transition k lead to more noise?
  [[nodiscard]] bool rises(int k) const { return (*this)[k + 1].t > (*this)[k].t; }

  /// lambda's growth over transition k.
  [[nodiscard]] double step(int k) const {
    return (*this)[k + 1].half_log_snr - (*this)[k].half_log_snr;
  }

  /// How many transitions straight before k a multistep solver can look back on: none beyond the
  /// run's beginning, a rise, or a level without any x_0 in it, whose lambda is infinite.
  [[nodiscard]] int history(int k) const {
    int count = 0;
    while (k - count > first_ && !rises(k - count - 1) && (*this)[k - count - 1].alpha > 0) ++count;
    return count;
  }

  /// How many falling transitions, k among them, are left to x_0; more than any order where the
  /// path ends, or rises, before.
  [[nodiscard]] int left(int k) const {
    for (int i = k; i < count() && !rises(i); ++i)
      if ((*this)[i + 1].sigma == 0) return i + 1 - k;
    return std::numeric_limits<int>::max();
  }

 private:
  const NoiseLevels* levels_;
  std::vector<NoiseLevel> nodes_;
  int first_;
};

}  // namespace iddpm
