// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

/// \file
/// What every decoder's test asks.

namespace test {

/// One element and its log-likelihood from arithmetic with 60 and more digits.
struct DecoderCase {
  int levels;
  double low, high, x, mean, log_scale;
  double value, d_mean, d_log_scale;
};

/// The largest relative error of value and derivatives over the cases in arithmetic of R; what is
/// below the normal numbers of R may be off by one of these.
template <class R, class D, std::size_t Count>
double worst_error(const DecoderCase (&cases)[Count]) {
  const auto error = [](R got, double want) {
    const double smallest = static_cast<double>(std::numeric_limits<R>::min());
    return std::fabs(static_cast<double>(got) - want) / std::fmax(std::fabs(want), smallest);
  };
  double worst = 0;
  for (const auto& c : cases) {
    const auto found = D(c.levels, c.low, c.high)(static_cast<R>(c.x), static_cast<R>(c.mean),
                                                  static_cast<R>(c.log_scale));
    for (const double one : {error(found.value, c.value), error(found.d_mean, c.d_mean),
                             error(found.d_log_scale, c.d_log_scale)})
      if (!(one <= worst)) worst = one;
  }
  return worst;
}

inline void check_near(double got, double want, double relative) {
  CHECK(std::fabs(got - want) <= relative * std::fabs(want));
}

/// The derivatives against differences of fourth order of the value, in steps of 1e-3 scales.
template <iddpm::Decoder D>
void check_derivatives(const D& decoder, double x, double mean, double log_scale) {
  const double h = 1e-3, scale = std::exp(log_scale);
  const auto slope = [&](double by_mean, double by_log_scale) {
    const auto at = [&](double step) {
      return decoder(x, mean + step * by_mean, log_scale + step * by_log_scale).value;
    };
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
  };
  const auto found = decoder(x, mean, log_scale);
  const double tolerance = 1e-8 * std::max(1.0, std::fabs(found.value));
  CAPTURE(x);
  CAPTURE(mean);
  CAPTURE(log_scale);
  CHECK(std::fabs(found.d_mean * scale - slope(scale, 0)) <= tolerance);
  CHECK(std::fabs(found.d_log_scale - slope(0, 1)) <= tolerance);
}

template <iddpm::Decoder D>
void check_derivatives(const D& decoder) {
  for (const double x : {-1.0, -253 / 255.0, 0.2, 1.0})
    for (const double mean : {-0.99, 0.0, 0.2, 0.25, 1.1})
      for (const double log_scale : {-4.0, -1.0, 2.0})
        check_derivatives(decoder, x, mean, log_scale);
}

/// The sum of the probabilities of all levels, for levels, ranges, scales from 1e-4 to 1e2 and
/// means inside and outside, is 1 but for `slack(levels)` more and for what rounding the levels
/// moves the edges.
template <class D, class Slack>
void check_sums(Slack slack) {
  struct Range {
    double low, high;
  };
  for (const int levels : {2, 3, 17, 256})
    for (const Range range : {Range{-1, 1}, Range{0, 1}, Range{0, 255}, Range{-7.5, -7.25}})
      for (const double place : {-2.0, -0.001, 0.0, 0.29, 0.5, 1.0, 1.3})
        for (const double scale : {1e-4, 0.003, 0.02, 0.1, 1.0, 10.0, 100.0}) {
          const double low = range.low, high = range.high;
          const D decoder(levels, low, high);
          const double mean = low + place * (high - low);
          double sum = 0;
          for (int i = 0; i < levels; ++i)
            sum += std::exp(
                decoder(low + i * (high - low) / (levels - 1), mean, std::log(scale)).value);
          const double rounding = 1e-13 + 1e-16 * std::max(std::fabs(low), high) / scale;
          CAPTURE(levels);
          CAPTURE(low);
          CAPTURE(mean);
          CAPTURE(scale);
          CHECK(sum >= 1 - rounding);
          CHECK(sum <= 1 + rounding + slack(levels));
        }
}

/// A bin and a mean mirrored at 0 have the same probability; its slope in the mean changes sign.
template <class R, iddpm::Decoder D>
void check_mirror(const D& decoder) {
  for (const R x : {R(0.25), R(-0.75), R(1), R(-0.998), R(0)})
    for (const R mean : {R(0.25), R(0.2578125), R(-0.8), R(3)})
      for (const R log_scale : {R(-8), R(-4.5), R(-1), R(3)}) {
        const auto one = decoder(x, mean, log_scale), other = decoder(-x, -mean, log_scale);
        CHECK(one.value == other.value);
        CHECK(one.d_mean == -other.d_mean);
        CHECK(one.d_log_scale == other.d_log_scale);
      }
}

}  // namespace test
