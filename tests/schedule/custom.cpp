// SPDX-License-Identifier: MIT
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/custom.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

TEST_CASE("Custom hands on the betas it was given") {
  static_assert(iddpm::Schedule<iddpm::schedule::Custom>, "Custom is a schedule");
  CHECK(iddpm::schedule::Custom({0.25, 0.5}).betas() == std::vector<double>{0.25, 0.5});
  CHECK(iddpm::schedule::Custom({0.25, 0.5}).num_timesteps() == 2);
}

TEST_CASE("Custom refuses a beta that is not finite with a sentence") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(iddpm::schedule::Custom({0.5, std::nan("")}),
                       "Custom: beta of timestep 1 must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(iddpm::schedule::Custom({infinity}),
                       "Custom: beta of timestep 0 must be finite; got inf", std::invalid_argument);
}
