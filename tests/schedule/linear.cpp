// SPDX-License-Identifier: MIT
#include <iddpm/schedule/linear.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using iddpm::schedule::Linear;

TEST_CASE("Linear rises from 0.0001 to 0.02, both scaled by 1000 / T") {
  const auto betas = Linear{100}.betas();
  REQUIRE(betas.size() == 100);
  CHECK(betas.front() == doctest::Approx(0.001));
  CHECK(betas.back() == doctest::Approx(0.2));
  CHECK(betas[50] - betas[49] == doctest::Approx(0.199 / 99));
}

TEST_CASE("Linear's ends are arguments") {
  const Linear schedule(1000, 0.5, 0.25);
  CHECK(schedule.betas()[999] == doctest::Approx(0.25));
  CHECK(schedule.num_timesteps() == 1000);
  CHECK(schedule.first() == 0.5);
  CHECK(schedule.last() == 0.25);
}

TEST_CASE("Linear is valid for T = 1 and for T >= 21") {
  CHECK(Linear{1}.betas()[0] == doctest::Approx(0.1));
  CHECK(Linear{21}.betas()[20] < 1);
  CHECK_THROWS_WITH_AS(Linear{20},
                       "Linear: num_timesteps must keep every beta in (0, 1), which needs 1 or at "
                       "least 21 with the usual ends; got 20",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Linear{0}, "Linear: num_timesteps must be positive; got 0",
                       std::invalid_argument);
}

TEST_CASE("Linear refuses ends that are not positive and finite with a sentence") {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](double first, double last, const char* sentence) {
    CHECK_THROWS_WITH_AS(Linear(1000, first, last), sentence, std::invalid_argument);
  };
  refused(0, 0.02, "Linear: first must be positive and finite; got 0");
  refused(nan, 0.02, "Linear: first must be positive and finite; got nan");
  refused(infinity, 0.02, "Linear: first must be positive and finite; got inf");
  refused(1e-4, -0.5, "Linear: last must be positive and finite; got -0.5");
  refused(1e-4, infinity, "Linear: last must be positive and finite; got inf");
}
