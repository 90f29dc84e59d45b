// SPDX-License-Identifier: MIT
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/scaled_linear.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using iddpm::schedule::ScaledLinear;

TEST_CASE("ScaledLinear's betas are the squares of a straight line, whatever T") {
  static_assert(iddpm::Schedule<ScaledLinear>, "ScaledLinear is a schedule");
  const auto betas = ScaledLinear(3, 0.01, 0.09).betas();
  REQUIRE(betas.size() == 3);
  CHECK(betas[0] == doctest::Approx(0.01).epsilon(1e-15));
  CHECK(betas[1] == doctest::Approx(0.04).epsilon(1e-15));
  CHECK(betas[2] == doctest::Approx(0.09).epsilon(1e-15));
  CHECK(ScaledLinear(1, 0.01, 0.09).betas()[0] == doctest::Approx(0.01).epsilon(1e-15));
}

TEST_CASE("ScaledLinear's usual ends are those of Stable Diffusion") {
  const ScaledLinear schedule(1000);
  const auto betas = schedule.betas();
  CHECK(betas.front() == doctest::Approx(0.00085).epsilon(1e-14));
  CHECK(betas.back() == doctest::Approx(0.012).epsilon(1e-14));
  double alpha_bar = 1;
  for (const double beta : betas) alpha_bar *= 1 - beta;
  CHECK(std::sqrt(alpha_bar) == doctest::Approx(0.06826491421716752).epsilon(1e-12));
  CHECK(schedule.num_timesteps() == 1000);
  CHECK(schedule.first() == 0.00085);
  CHECK(schedule.last() == 0.012);
}

TEST_CASE("ScaledLinear refuses arguments out of range with a sentence") {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](int num_timesteps, double first, double last, const char* sentence) {
    CHECK_THROWS_WITH_AS(ScaledLinear(num_timesteps, first, last), sentence, std::invalid_argument);
  };
  refused(0, 0.1, 0.2, "ScaledLinear: num_timesteps must be positive; got 0");
  refused(5, 0, 0.2, "ScaledLinear: first must be in (0, 1); got 0");
  refused(5, 1, 0.2, "ScaledLinear: first must be in (0, 1); got 1");
  refused(5, 0.1, 0, "ScaledLinear: last must be in (0, 1); got 0");
  refused(5, 0.1, 1, "ScaledLinear: last must be in (0, 1); got 1");
  refused(5, nan, 0.2, "ScaledLinear: first must be in (0, 1); got nan");
  refused(5, 0.1, infinity, "ScaledLinear: last must be in (0, 1); got inf");
}
