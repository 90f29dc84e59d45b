// SPDX-License-Identifier: MIT
#include <iddpm/loss/concepts.hpp>
#include <iddpm/loss/mse.hpp>

#include <doctest/doctest.h>

TEST_CASE("Mse scales the bound as the reference does in a process of 4000 steps") {
  using iddpm::loss::Mse;
  static_assert(iddpm::Loss<Mse>, "Mse is a loss");
  CHECK(Mse::uses_mse == true);
  CHECK(Mse::bound_scale(4000) == 1);
}
