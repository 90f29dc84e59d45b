// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::mean::PreviousX;

TEST_CASE("PreviousX: the output is the mean, whatever becomes of x_0") {
  static_assert(iddpm::MeanType<PreviousX>, "PreviousX is a mean type");
  const auto c = half_way_row();
  CHECK(PreviousX::mean(c, 1.0, 3.0, 0.5) == 0.5);
  CHECK(PreviousX::mean_slope(c) == 1);
  CHECK(PreviousX::x_start_slope(c) == doctest::Approx(1.5 / std::sqrt(0.5)));
  const double target = PreviousX::target(c, 3.0, 1.0, 9.0);
  CHECK(target == doctest::Approx(4 * std::sqrt(0.5) * 2 / 3));
  CHECK(PreviousX::x_start(c, 1.0, target) == doctest::Approx(3));
  CHECK(PreviousX::mean_error(c, 3.0, 1.0, 9.0, target - 0.25) == doctest::Approx(0.25));
}
