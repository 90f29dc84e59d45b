// SPDX-License-Identifier: MIT
#include <iddpm/loss/concepts.hpp>
#include <iddpm/loss/rescaled_kl.hpp>

#include <doctest/doctest.h>

TEST_CASE("RescaledKl scales the bound as the reference does in a process of 4000 steps") {
  using iddpm::loss::RescaledKl;
  static_assert(iddpm::Loss<RescaledKl>, "RescaledKl is a loss");
  CHECK(RescaledKl::uses_mse == false);
  CHECK(RescaledKl::bound_scale(4000) == 4000);
}
