// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::mean::Velocity;

TEST_CASE(
    "Velocity: x_0 = x_t / 2 - sqrt(3) / 2 output half way, and the mean is the posterior's") {
  static_assert(iddpm::MeanType<Velocity>, "Velocity is a mean type");
  static_assert(Velocity::needs_noise, "v is made of the noise");
  const auto c = half_way_row();
  CHECK(Velocity::target(c, 2.0, 9.0, 3.0) == doctest::Approx(1.5 - std::sqrt(3.0)));
  CHECK(Velocity::x_start(c, 1.0, 0.5) == doctest::Approx(0.5 - std::sqrt(3.0) / 4));
  CHECK(Velocity::mean(c, 1.0, 3.0, 0.5) == doctest::Approx(4 * std::sqrt(0.5) * 2 / 3));
  CHECK(Velocity::x_start_slope(c) == doctest::Approx(-std::sqrt(3.0) / 2));
  CHECK(Velocity::mean_slope(c) == doctest::Approx(-std::sqrt(0.5 * 3) / 3));
}

TEST_CASE("Velocity: the mean's error is its slope times the output's") {
  const auto c = half_way_row();
  const double x_start = -0.75, noise = 1.25, error = 0.01;
  const double x_t = c.sqrt_alpha_bar * x_start + c.sqrt_one_minus_alpha_bar * noise;
  const double output = Velocity::target(c, x_start, x_t, noise) - error;
  const double predicted = Velocity::x_start(c, x_t, output);
  CHECK(Velocity::mean_error(c, x_start, x_t, predicted, output) ==
        doctest::Approx(Velocity::mean_slope(c) * error));
}

TEST_CASE("Velocity: where no signal is left, A = 0, the target is -x_0 and x_0 is finite") {
  iddpm::Coefficients<double> c{};
  c.sqrt_one_minus_alpha_bar = 1;
  c.sqrt_recip_alpha_bar = c.sqrt_recipm1_alpha_bar = HUGE_VAL;
  CHECK(Velocity::target(c, 0.75, 1.25, 1.25) == -0.75);
  CHECK(Velocity::x_start(c, 1.25, -0.75) == 0.75);
  CHECK(Velocity::x_start_slope(c) == -1);
}
