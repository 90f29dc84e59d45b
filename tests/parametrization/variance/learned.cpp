// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/variance/learned.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::variance::Learned;

TEST_CASE("Learned: the output is the log variance") {
  static_assert(iddpm::VarianceType<Learned>, "Learned is a variance type");
  const auto c = half_way_row();
  CHECK(Learned::log_variance(c, -1.5) == -1.5);
  CHECK(Learned::variance(c, -1.5) == doctest::Approx(std::exp(-1.5)));
  CHECK(Learned::deviation(c, -1.5) == doctest::Approx(std::exp(-0.75)));
  CHECK(Learned::log_variance_ratio(c, -1.5) == doctest::Approx(-1.5 + std::log(3.0)));
  CHECK(Learned::log_variance_slope(c) == 1);
}
