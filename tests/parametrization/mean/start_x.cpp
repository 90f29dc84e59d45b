// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::mean::StartX;

TEST_CASE("StartX: the output is x_0, and the mean is the posterior's") {
  static_assert(iddpm::MeanType<StartX>, "StartX is a mean type");
  const auto c = half_way_row();
  CHECK(StartX::x_start(c, 1.0, 0.5) == 0.5);
  CHECK(StartX::mean(c, 1.0, 3.0, 0.5) == doctest::Approx(4 * std::sqrt(0.5) * 2 / 3));
  CHECK(StartX::target(c, 1.0, 2.0, 3.0) == 1);
  CHECK(StartX::mean_error(c, 0.75, 9.0, 0.25, 9.0) ==
        doctest::Approx(0.5 * StartX::mean_slope(c)));
  CHECK(StartX::mean_slope(c) == doctest::Approx(std::sqrt(0.5) * 2 / 3));
  CHECK(StartX::x_start_slope(c) == 1);
}
