// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::variance::FixedSmall;

TEST_CASE("FixedSmall is the posterior's variance, 1/3 half way") {
  static_assert(iddpm::VarianceType<FixedSmall>, "FixedSmall is a variance type");
  const auto c = half_way_row();
  CHECK(FixedSmall::variance(c, 9.0) == doctest::Approx(1.0 / 3));
  CHECK(FixedSmall::log_variance(c, 9.0) == doctest::Approx(-std::log(3.0)));
  CHECK(FixedSmall::deviation(c, 9.0) == doctest::Approx(std::sqrt(1.0 / 3)));
  CHECK(FixedSmall::log_variance_ratio(c, 9.0) == 0);
  CHECK(FixedSmall::log_variance_slope(c) == 0);
}

TEST_CASE("FixedSmall: at t = 0 the variance is 0, the log variance the clipped one") {
  const auto c = iddpm::make_coefficients(iddpm::schedule::Custom({0.5, 0.5}))[0];
  CHECK(FixedSmall::variance(c, 0.0) == 0);
  CHECK(FixedSmall::log_variance(c, 0.0) == doctest::Approx(-std::log(3.0)));
}
