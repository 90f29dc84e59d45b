// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/parametrization/variance/fixed_large.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/parametrization/variance/learned.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
#include <iddpm/schedule/linear.hpp>

#include <cmath>
#include <concepts>
#include <vector>

/// \file
/// The papers' formulas from alpha_bar alone, so that they share nothing with the library's table.

namespace test {

using Row = iddpm::Coefficients<double>;

inline const std::vector<Row>& rows() {
  static const std::vector<Row> of = iddpm::make_coefficients(iddpm::schedule::Linear{50});
  return of;
}

/// What a row is to say, from its alpha_bar and the one before; `small` is its neighbour's at 0.
struct ByAlphaBar {
  explicit ByAlphaBar(std::size_t t)
      : a(rows()[t].alpha_bar), ap(t == 0 ? 1 : rows()[t - 1].alpha_bar) {
    beta = 1 - a / ap;
    c1 = std::sqrt(ap) * beta / (1 - a);
    c2 = std::sqrt(a / ap) * (1 - ap) / (1 - a);
    small = t == 0 ? ByAlphaBar(1).small : beta * (1 - ap) / (1 - a);
    large = t == 0 ? small : beta;
  }

  template <class Mean>
  [[nodiscard]] double x_start(double x_t, double output) const {
    if constexpr (std::same_as<Mean, iddpm::mean::Epsilon>)
      return (x_t - std::sqrt(1 - a) * output) / std::sqrt(a);
    else if constexpr (std::same_as<Mean, iddpm::mean::Velocity>)
      return std::sqrt(a) * x_t - std::sqrt(1 - a) * output;
    else if constexpr (std::same_as<Mean, iddpm::mean::PreviousX>)
      return (output - c2 * x_t) / c1;
    else
      return output;
  }

  template <class Mean>
  [[nodiscard]] double mean(double x_t, double output) const {
    if constexpr (std::same_as<Mean, iddpm::mean::PreviousX>) return output;
    return c1 * x_start<Mean>(x_t, output) + c2 * x_t;
  }

  template <class Mean>
  [[nodiscard]] double target(double x_0, double x_t, double noise) const {
    if constexpr (std::same_as<Mean, iddpm::mean::Epsilon>)
      return noise;
    else if constexpr (std::same_as<Mean, iddpm::mean::Velocity>)
      return std::sqrt(a) * noise - std::sqrt(1 - a) * x_0;
    else if constexpr (std::same_as<Mean, iddpm::mean::PreviousX>)
      return c1 * x_0 + c2 * x_t;
    else
      return x_0;
  }

  template <class Variance>
  [[nodiscard]] double log_variance(double v) const {
    if constexpr (std::same_as<Variance, iddpm::variance::FixedSmall>) return std::log(small);
    if constexpr (std::same_as<Variance, iddpm::variance::FixedLarge>) return std::log(large);
    if constexpr (std::same_as<Variance, iddpm::variance::Learned>) return v;
    return (1 + v) / 2 * std::log(beta) + (1 - v) / 2 * std::log(small);
  }

  double a, ap, beta{}, c1{}, c2{}, small{}, large{};
};

template <class... Types>
struct Each {
  template <class Body>
  static void call(const Body& body) {
    (body(Types{}), ...);
  }
};
using Means =
    Each<iddpm::mean::Epsilon, iddpm::mean::StartX, iddpm::mean::PreviousX, iddpm::mean::Velocity>;
using Variances = Each<iddpm::variance::FixedSmall, iddpm::variance::FixedLarge,
                       iddpm::variance::Learned, iddpm::variance::LearnedRange>;

}  // namespace test
