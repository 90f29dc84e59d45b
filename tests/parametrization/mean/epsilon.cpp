// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::mean::Epsilon;

TEST_CASE("Epsilon: x_0 = 2 x_t - sqrt(3) output half way, and the mean is the posterior's") {
  static_assert(iddpm::MeanType<Epsilon>, "Epsilon is a mean type");
  const auto c = half_way_row();
  CHECK(Epsilon::x_start(c, 1.0, 0.5) == doctest::Approx(2 - std::sqrt(3.0) / 2));
  CHECK(Epsilon::mean(c, 1.0, 3.0, 0.5) == doctest::Approx(4 * std::sqrt(0.5) * 2 / 3));
  CHECK(Epsilon::target(c, 1.0, 2.0, 3.0) == 3);
  CHECK(Epsilon::x_start_slope(c) == doctest::Approx(-std::sqrt(3.0)));
}

TEST_CASE("Epsilon: a perfect output predicts x_0, and the mean's slope is exact") {
  const auto c = half_way_row();
  const double x_start = -0.75, noise = 1.25, error = 0.01;
  const double x_t = c.sqrt_alpha_bar * x_start + c.sqrt_one_minus_alpha_bar * noise;
  CHECK(Epsilon::x_start(c, x_t, noise) == doctest::Approx(x_start));
  const double predicted = Epsilon::x_start(c, x_t, noise - error);
  CHECK(Epsilon::mean_error(c, x_start, x_t, predicted, noise - error) ==
        doctest::Approx(Epsilon::mean_slope(c) * error));
}
