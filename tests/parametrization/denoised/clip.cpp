// SPDX-License-Identifier: MIT
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::denoised::Clip;

TEST_CASE("Clip keeps what is inside, cuts what is outside and passes NaN") {
  static_assert(iddpm::Denoised<Clip>, "Clip processes an x_0");
  const Clip clip;
  CHECK(clip(0.5) == 0.5);
  CHECK(clip(1.5f) == 1.0f);
  CHECK(clip(-HUGE_VAL) == -1);
  CHECK(std::isnan(clip(std::nan(""))));
  CHECK(Clip(0, 4)(-1.0) == 0);
  CHECK(Clip(0, 4)(5.0) == 4);
}

TEST_CASE("an infinite end leaves that side open") {
  const Clip positive(0, HUGE_VAL);
  CHECK(positive(-2.0) == 0);
  CHECK(positive(1e300) == 1e300);
  CHECK(positive(HUGE_VALF) == HUGE_VALF);
  CHECK(Clip(-HUGE_VAL, 0)(-1e30f) == -1e30f);
}

TEST_CASE("an empty range is refused with a sentence") {
  CHECK_THROWS_WITH_AS(Clip(1, 1), "Clip: low must be below high; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Clip(std::nan(""), 1), "Clip: low must be below high; got nan",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Clip(0, std::nan("")), "Clip: low must be below high; got 0",
                       std::invalid_argument);
}
