// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::variance::LearnedRange;

TEST_CASE("LearnedRange spans the posterior's variance at -1 to beta at 1, and goes beyond") {
  static_assert(iddpm::VarianceType<LearnedRange>, "LearnedRange is a variance type");
  const auto c = half_way_row();
  CHECK(LearnedRange::variance(c, -1.0) == doctest::Approx(1.0 / 3));
  CHECK(LearnedRange::variance(c, 1.0) == doctest::Approx(0.5));
  CHECK(LearnedRange::log_variance(c, 0.0) == doctest::Approx(-0.5 * std::log(6.0)));
  CHECK(LearnedRange::log_variance(c, 3.0) == doctest::Approx(-std::log(2.0) + std::log(1.5)));
  CHECK(LearnedRange::deviation(c, 1.0) == doctest::Approx(std::sqrt(0.5)));
  CHECK(LearnedRange::log_variance_ratio(c, 3.0) == doctest::Approx(2 * std::log(1.5)));
  CHECK(LearnedRange::log_variance_slope(c) == doctest::Approx(0.5 * std::log(1.5)));
}
