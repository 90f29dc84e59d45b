// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/variance/fixed_large.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::variance::FixedLarge;

TEST_CASE("FixedLarge is beta, and at t = 0 the posterior's variance at t = 1") {
  static_assert(iddpm::VarianceType<FixedLarge>, "FixedLarge is a variance type");
  const auto c = half_way_row();
  CHECK(FixedLarge::variance(c, 9.0) == 0.5);
  CHECK(FixedLarge::log_variance(c, 9.0) == doctest::Approx(-std::log(2.0)));
  CHECK(FixedLarge::deviation(c, 9.0) == doctest::Approx(std::sqrt(0.5)));
  CHECK(FixedLarge::log_variance_ratio(c, 9.0) == doctest::Approx(std::log(1.5)));
  CHECK(FixedLarge::log_variance_slope(c) == 0);
  const auto first = iddpm::make_coefficients(iddpm::schedule::Custom({0.5, 0.5}))[0];
  CHECK(FixedLarge::variance(first, 9.0) == doctest::Approx(1.0 / 3));
  CHECK(FixedLarge::log_variance_ratio(first, 9.0) == 0);
}
