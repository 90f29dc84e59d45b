// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>

/// \file
/// Statistics of a sample that should be standard normal, each with its exact error.

namespace test {

/// E z^k of a standard normal: (k - 1)!! for even k.
inline double normal_moment(int k) {
  if (k % 2 == 1) return 0;
  double product = 1;
  for (int factor = k - 1; factor > 1; factor -= 2) product *= factor;
  return product;
}

/// P(z <= x) and P(z > x), each to its own full accuracy.
inline double below(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }
inline double above(double x) { return below(-x); }

/// The moments of order 1 to 8.
class Moments {
 public:
  static constexpr int highest = 8;

  void add(double z) {
    ++count_;
    double power = 1;
    for (int k = 1; k <= highest; ++k) sums_[static_cast<std::size_t>(k)] += power *= z;
  }

  /// How far the k-th is from E z^k, in its standard errors, sqrt((E z^2k - (E z^k)^2) / n).
  [[nodiscard]] double deviation(int k) const {
    const double n = static_cast<double>(count_), expected = normal_moment(k);
    const double variance = normal_moment(2 * k) - expected * expected;
    return (sums_[static_cast<std::size_t>(k)] / n - expected) / std::sqrt(variance / n);
  }

 private:
  std::uint64_t count_ = 0;
  std::array<double, highest + 1> sums_{};
};

/// Whether two numbers that should be independent standard normals go together: by their product
/// (variance 1) and by that of their squares less 1 (variance 4), both in standard errors.
class Dependence {
 public:
  void add(double x, double y) {
    ++count_;
    products_ += x * y;
    squares_ += (x * x - 1) * (y * y - 1);
  }
  [[nodiscard]] double linear() const { return products_ / root(); }
  [[nodiscard]] double of_squares() const { return squares_ / (2 * root()); }

 private:
  [[nodiscard]] double root() const { return std::sqrt(static_cast<double>(count_)); }

  std::uint64_t count_ = 0;
  double products_ = 0, squares_ = 0;
};

/// min(1, 2 min(P(X <= count), P(X >= count))) of the binomial distribution of n trials, its tails
/// added up term by term.
inline double binomial_p(std::uint64_t n, double p, std::uint64_t count) {
  const double trials = static_cast<double>(n), k = static_cast<double>(count);
  const double first =
      std::exp(std::lgamma(trials + 1) - std::lgamma(k + 1) - std::lgamma(trials - k + 1) +
               k * std::log(p) + (trials - k) * std::log1p(-p));
  double at_most = 0, at_least = 0;
  double term = first;
  for (double i = k; i >= 0 && term > 1e-18 * at_most; --i) {
    at_most += term;
    term *= i / (trials - i + 1) * (1 - p) / p;
  }
  term = first;
  for (double i = k; i <= trials && term > 1e-18 * at_least; ++i) {
    at_least += term;
    term *= (trials - i) / (i + 1) * p / (1 - p);
  }
  return std::min(1.0, 2 * std::min(at_most, at_least));
}

/// sqrt(n) times the largest distance of the empirical distribution function from the normal one
/// (Kolmogorov and Smirnov). \pre sorted
template <class R>
double kolmogorov_smirnov(std::span<const R> sorted) {
  const double n = static_cast<double>(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double expected = below(static_cast<double>(sorted[i]));
    const double rank = static_cast<double>(i);
    distance = std::max({distance, (rank + 1) / n - expected, expected - rank / n});
  }
  return std::sqrt(n) * distance;
}

/// A^2 of Anderson and Darling, which weighs the tails as much as the middle. \pre sorted
template <class R>
double anderson_darling(std::span<const R> sorted) {
  const double n = static_cast<double>(sorted.size());
  double sum = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double x = static_cast<double>(sorted[i]), odd = 2 * static_cast<double>(i) + 1;
    sum += odd * std::log(below(x)) + (2 * n - odd) * std::log(above(x));
  }
  return -n - sum / n;
}

/// What a large true sample exceeds once in a thousand: 2 e^(-2 K^2) = 0.001 (Kolmogorov 1933), and
/// the limit distribution of A^2 (Anderson and Darling 1954, series for all parameters known; the
/// table of D'Agostino and Stephens 1986 has 6.000).
inline constexpr double kolmogorov_smirnov_limit = 1.9495, anderson_darling_limit = 5.97;

}  // namespace test
