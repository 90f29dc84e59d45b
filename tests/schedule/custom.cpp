// SPDX-License-Identifier: MIT
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/custom.hpp>

#include <doctest/doctest.h>

TEST_CASE("Custom hands on the betas it was given") {
  static_assert(iddpm::Schedule<iddpm::schedule::Custom>, "Custom is a schedule");
  CHECK(iddpm::schedule::Custom({0.25, 0.5}).betas() == std::vector<double>{0.25, 0.5});
}
