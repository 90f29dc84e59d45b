// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>
#include <iddpm/schedule/coefficients.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace iddpm {

/// The timestep of x_0: alpha_bar(-1) = 1.
inline constexpr double x_start_time = -1;

/// The timesteps that a run visits, in order; real numbers, x_start_time for x_0. See
/// process/times.hpp for the usual ones.
using Times = std::vector<double>;

/// A schedule's noise as a function of a real timestep t in [-1, T - 1], on the host: what solvers
/// need that call the network between the table's entries.
///
/// At entries it is the table; between them ln alpha_bar is linear in t, and alpha_bar(-1) = 1. So
/// the half-log-SNR lambda = ln sqrt(A / (1 - A)) falls with t and has an inverse.
/// \see Lu et al. 2022 (DPM-Solver), appendix D.4 (piecewise linear ln alpha for discrete times).
class NoiseLevels {
 public:
  /// @{
  /// The table, and T.
  explicit NoiseLevels(std::vector<Coefficients<double>> rows) : rows_(std::move(rows)) {
    detail::TwoPart sum{0, 0};
    log_alpha_bar_.push_back(sum);
    for (const Coefficients<double>& c : rows_) {
      if (c.beta == 1)
        sum = {-std::numeric_limits<double>::infinity(), 0};
      else
        sum.add(log_alpha(c), 0);
      log_alpha_bar_.push_back(sum);
    }
  }

  [[nodiscard]] const std::vector<Coefficients<double>>& rows() const { return rows_; }
  [[nodiscard]] int num_timesteps() const { return static_cast<int>(rows_.size()); }
  /// @}

  /// Is nothing of x_0 left at T - 1?
  [[nodiscard]] bool has_zero_terminal_snr() const { return rows_.back().alpha_bar == 0; }

  /// Is t an entry of the table?
  [[nodiscard]] bool is_entry(double t) const {
    return t >= 0 && t < num_timesteps() && t == std::floor(t);
  }

  /// ln alpha_bar(t).
  /// \throws std::invalid_argument unless t is in [-1, T - 1]; for t in (T - 2, T - 1) also where
  ///         alpha_bar(T - 1) = 0: a logarithm cannot be interpolated to its pole.
  [[nodiscard]] double log_alpha_bar(double t) const {
    const Place at = place(t);
    return std::fma(at.part, at.step, at.below.high);
  }

  /// @{
  /// alpha_bar(t) and 1 - alpha_bar(t), each to its own last digits.
  [[nodiscard]] double alpha_bar(double t) const {
    return is_entry(t) ? row_of(t).alpha_bar : math::exp(log_alpha_bar(t));
  }
  [[nodiscard]] double one_minus_alpha_bar(double t) const {
    return is_entry(t) ? row_of(t).one_minus_alpha_bar : 0 - math::expm1(log_alpha_bar(t));
  }
  /// @}

  /// lambda(t) = ln sqrt(A / (1 - A)): +infinity at x_0, -infinity where A = 0.
  [[nodiscard]] double half_log_snr(double t) const {
    if (t == x_start_time) return std::numeric_limits<double>::infinity();
    return (log_alpha_bar(t) - math::log(one_minus_alpha_bar(t))) / 2;
  }

  /// The t where half_log_snr(t) is `lambda`; a lambda that is the last timestep's but for rounding
  /// is that.
  /// \throws std::invalid_argument unless lambda is at least half_log_snr(T - 1).
  [[nodiscard]] double t_of_half_log_snr(double lambda) const {
    const int last = num_timesteps() - 1;
    const double least = half_log_snr(last);
    if (!(lambda >= least - rounding(least)))
      require(false, "NoiseLevels", "half_log_snr",
              "be at least that of the last timestep, " + text_of(least), lambda);
    if (lambda <= least) return last;
    const double sought = lambda > 0 ? -math::log1p(math::exp(-2 * lambda))
                                     : 2 * lambda - math::log1p(math::exp(2 * lambda));
    const auto after = std::lower_bound(
        log_alpha_bar_.begin() + 1, log_alpha_bar_.end() - 1, sought,
        [](const detail::TwoPart& entry, double value) { return entry.high > value; });
    const double to = after->high, from = (after - 1)->high;
    const auto t = static_cast<double>(after - log_alpha_bar_.begin()) - 2;
    require(std::isfinite(to) || from - sought <= rounding(from), "NoiseLevels", "half_log_snr",
            "not lie between those of the last two timesteps of a schedule with zero terminal SNR",
            lambda);
    if (!std::isfinite(to)) return t;
    return to == sought ? t + 1 : t + std::min((sought - from) / (to - from), 1.0);
  }

  /// What a network is given at t: between entries, between what it is given there; at x_0, which
  /// it is never called on, as at 0.
  /// \throws std::invalid_argument unless t is in [-1, T - 1].
  [[nodiscard]] double timestep(double t) const {
    require_in_range(t);
    const double below = std::max(std::floor(t), 0.0), part = t - below;
    if (part <= 0) return row_of(below).timestep;
    return std::fma(part, row_of(below + 1).timestep - row_of(below).timestep,
                    row_of(below).timestep);
  }

  /// The row of t: the table's, and between its entries that of the transition from t to t - 1, or
  /// to x_0 where that is nearer.
  [[nodiscard]] Coefficients<double> row(double t) const {
    return row(t, std::max(t - 1, x_start_time));
  }

  /// The row of a transition from t to `next`, which is below it: as if `next` were the kept
  /// timestep before t. Its alpha_bar_next is 0 unless t is an entry of the table.
  /// \throws std::invalid_argument unless -1 <= next < t <= T - 1.
  [[nodiscard]] Coefficients<double> row(double t, double next) const {
    if (is_entry(t) && next == t - 1) return row_of(t);
    if (!(next < t))
      require(false, "NoiseLevels", "the next timestep", "be below " + std::to_string(t), next);
    Coefficients<double> c{};
    c.timestep = timestep(t);
    c.is_noisy = next > x_start_time ? 1 : 0;
    const double log_alpha = log_alpha_bar_ratio(place(t), place(next));
    c.beta = -math::expm1(log_alpha);
    c.alpha_bar = alpha_bar(t);
    c.alpha_bar_prev = alpha_bar(next);
    c.alpha_bar_next = is_entry(t) ? row_of(t).alpha_bar_next : 0;
    c.one_minus_alpha_bar = one_minus_alpha_bar(t);
    c.one_minus_alpha_bar_prev = one_minus_alpha_bar(next);
    c.one_minus_alpha_bar_next = is_entry(t) ? row_of(t).one_minus_alpha_bar_next : 1;
    detail::fill_forward(c, c.beta > 0.5 ? math::exp(log_alpha) : 1 - c.beta);
    detail::fill_posterior(c);
    detail::fill_variance(c, c.is_noisy != 0 ? &c : nullptr);
    return c;
  }

 private:
  // ln(1 - beta), by the root where beta, near 1, does not hold the digits of its complement.
  static double log_alpha(const Coefficients<double>& c) {
    const bool holds = c.sqrt_alpha == std::sqrt(1 - c.beta);
    return holds ? math::log1p(-c.beta) : 2 * math::log(c.sqrt_alpha);
  }

  [[nodiscard]] const Coefficients<double>& row_of(double t) const {
    return rows_[static_cast<std::size_t>(t)];
  }
  [[nodiscard]] const detail::TwoPart& entry(double t) const {
    return log_alpha_bar_[static_cast<std::size_t>(t + 1)];
  }

  // Where t lies: `part` of the way from the entry below it, a way of length `step` in ln
  // alpha_bar.
  struct Place {
    detail::TwoPart below;
    double part, step;
  };

  void require_in_range(double t) const {
    if (!(t >= -1 && t <= num_timesteps() - 1))
      require(false, "NoiseLevels", "t", "be in -1 .. " + std::to_string(num_timesteps() - 1), t);
  }

  // What a logarithm and an exponential there and back may be off by.
  static double rounding(double of) { return std::isfinite(of) ? 1e-12 * (1 + std::abs(of)) : 0; }

  [[nodiscard]] Place place(double t) const {
    require_in_range(t);
    const double below = std::floor(t), part = t - below;
    if (part == 0) return {entry(below), 0, 0};
    const double step = difference(entry(below + 1), entry(below));
    require(std::isfinite(step), "NoiseLevels", "t",
            "not lie between the last two timesteps of a schedule with zero terminal SNR", t);
    return {entry(below), part, step};
  }

  static double difference(const detail::TwoPart& a, const detail::TwoPart& b) {
    return (a.high - b.high) + (a.low - b.low);
  }

  // ln(alpha_bar / alpha_bar), which keeps its digits where the two are close.
  static double log_alpha_bar_ratio(const Place& t, const Place& next) {
    return difference(t.below, next.below) + std::fma(t.part, t.step, -next.part * next.step);
  }

  std::vector<Coefficients<double>> rows_;
  std::vector<detail::TwoPart> log_alpha_bar_;  // of t = -1 .. T - 1
};

}  // namespace iddpm
