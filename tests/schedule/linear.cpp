// SPDX-License-Identifier: MIT
#include <iddpm/schedule/linear.hpp>

#include <doctest/doctest.h>

using iddpm::schedule::Linear;

TEST_CASE("Linear rises from 0.0001 to 0.02, both scaled by 1000 / T") {
  const auto betas = Linear{100}.betas();
  REQUIRE(betas.size() == 100);
  CHECK(betas.front() == doctest::Approx(0.001));
  CHECK(betas.back() == doctest::Approx(0.2));
  CHECK(betas[50] - betas[49] == doctest::Approx(0.199 / 99));
}

TEST_CASE("Linear's ends are arguments") {
  CHECK(Linear(1000, 0.5, 0.25).betas()[999] == doctest::Approx(0.25));
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
