// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/gaussian/decoder/erf.hpp>

#include <doctest/doctest.h>
#include <gaussian/decoder/checks.hpp>

#include <cmath>

using namespace iddpm;

static_assert(Decoder<decoder::Continuous>, "what bits_per_dim and the losses take");

TEST_CASE_TEMPLATE("the log-density and its slopes are those worked by hand", R, float, double) {
  const double half_log_2_pi = 0.91893853320467274, tolerance = sizeof(R) == 4 ? 1e-6 : 1e-14;
  const decoder::Continuous decoder;
  const auto at_mean = decoder(R(3), R(3), R(0));
  CHECK(static_cast<double>(at_mean.value) == doctest::Approx(-half_log_2_pi).epsilon(tolerance));
  CHECK(at_mean.d_mean == 0);
  CHECK(at_mean.d_log_scale == -1);
  // z = 2 for a scale of 2: -z^2 / 2 - ln 2 - ln(2 pi) / 2, z / 2, z^2 - 1.
  const auto off = decoder(R(5), R(1), static_cast<R>(std::log(2.0)));
  CHECK(static_cast<double>(off.value) ==
        doctest::Approx(-2 - std::log(2.0) - half_log_2_pi).epsilon(tolerance));
  CHECK(static_cast<double>(off.d_mean) == doctest::Approx(1).epsilon(tolerance));
  CHECK(static_cast<double>(off.d_log_scale) == doctest::Approx(3).epsilon(tolerance));
  CHECK(std::isnan(decoder(R(5), R(1), static_cast<R>(std::nan(""))).value));
}

TEST_CASE("a density may be above 1") { CHECK(decoder::Continuous{}(0.5, 0.5, -4.0).value > 0); }

TEST_CASE("the density integrates to 1") {
  for (const double log_scale : {-5.0, 0.0, 3.0}) {
    const double step = 0.125 * std::exp(log_scale);
    double sum = 0;
    for (int i = -100; i <= 100; ++i)
      sum += step * std::exp(decoder::Continuous{}(1.5 + i * step, 1.5, log_scale).value);
    CHECK(sum == doctest::Approx(1).epsilon(1e-13));
  }
}

TEST_CASE("it is what the discrete decoder tends to: the probability of a bin over its width") {
  const double width = 2.0 / 65535;
  const decoder::Erf fine(65536, -1, 1);
  for (const double mean : {-0.4, 0.2, 0.9}) {
    const auto discrete = fine(0.25, mean, -1.5);
    const auto density = decoder::Continuous{}(0.25, mean, -1.5);
    CHECK(discrete.value - std::log(width) == doctest::Approx(density.value).epsilon(1e-7));
    CHECK(discrete.d_mean == doctest::Approx(density.d_mean).epsilon(1e-7));
    CHECK(discrete.d_log_scale == doctest::Approx(density.d_log_scale).epsilon(1e-7));
  }
}

TEST_CASE("the derivatives are those of finite differences") {
  test::check_derivatives(decoder::Continuous{});
}

TEST_CASE_TEMPLATE("a mirrored point has the mirrored likelihood", R, float, double) {
  test::check_mirror<R>(decoder::Continuous{});
}
