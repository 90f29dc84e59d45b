// SPDX-License-Identifier: MIT
#include <iddpm/loss/concepts.hpp>
#include <iddpm/loss/kl.hpp>

#include <doctest/doctest.h>

TEST_CASE("Kl scales the bound as the reference does in a process of 4000 steps") {
  using iddpm::loss::Kl;
  static_assert(iddpm::Loss<Kl>, "Kl is a loss");
  CHECK(Kl::uses_mse == false);
  CHECK(Kl::bound_scale(4000) == 1);
}
