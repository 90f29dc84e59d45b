// SPDX-License-Identifier: MIT
#include <iddpm/schedule/named.hpp>

#include <doctest/doctest.h>

using namespace iddpm::schedule;

TEST_CASE("named gives each schedule with its usual arguments") {
  CHECK(named("linear", 100).betas() == Linear(100).betas());
  CHECK(named("cosine", 100).betas() == Cosine(100).betas());
  CHECK(named("scaled_linear", 100).betas() == ScaledLinear(100).betas());
  CHECK(named("sigmoid", 100).betas() == Sigmoid(100).betas());
  CHECK(named("cosine", 1).num_timesteps() == 1);
}

TEST_CASE("named refuses other names, and what the schedule refuses, with a sentence") {
  CHECK_THROWS_WITH_AS(named("x", 100),
                       "named: name must be one of \"linear\", \"cosine\", \"scaled_linear\", "
                       "\"sigmoid\"; got \"x\"",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(named("", 100),
                       "named: name must be one of \"linear\", \"cosine\", \"scaled_linear\", "
                       "\"sigmoid\"; got \"\"",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(named("sigmoid", 0), "Sigmoid: num_timesteps must be positive; got 0",
                       std::invalid_argument);
}
