// SPDX-License-Identifier: MIT
#include <iddpm/loss/concepts.hpp>
#include <iddpm/loss/rescaled_mse.hpp>

#include <doctest/doctest.h>

TEST_CASE("RescaledMse scales the bound as the reference does in a process of 4000 steps") {
  using iddpm::loss::RescaledMse;
  static_assert(iddpm::Loss<RescaledMse>, "RescaledMse is a loss");
  CHECK(RescaledMse::uses_mse == true);
  CHECK(RescaledMse::bound_scale(4000) == 4);
}
