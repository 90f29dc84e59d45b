// SPDX-License-Identifier: MIT
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>

#include <doctest/doctest.h>

TEST_CASE("Identity changes nothing") {
  static_assert(iddpm::Denoised<iddpm::denoised::Identity>, "Identity processes an x_0");
  CHECK(iddpm::denoised::Identity{}(5.0) == 5);
}
