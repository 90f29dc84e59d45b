// SPDX-License-Identifier: MIT
#include <iddpm/core/per_sample.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>

using iddpm::PerSample;

namespace {

using Exec = Kokkos::DefaultHostExecutionSpace;

}  // namespace

TEST_CASE("one number serves every sample") {
  const PerSample<int, Exec> t(7);
  CHECK(t.is_uniform());
  CHECK(t(0) == 7);
  CHECK(t(99) == 7);
  CHECK_NOTHROW(t.require_extent("f", "t", 99));
}

TEST_CASE("a View gives each sample its own, strided or not") {
  const Kokkos::View<int**, Kokkos::LayoutRight, Exec> values("values", 3, 2);
  values(2, 1) = 5;
  const PerSample<int, Exec> t(Kokkos::subview(values, Kokkos::ALL, 1));
  CHECK_FALSE(t.is_uniform());
  CHECK(t(1) == 0);
  CHECK(t(2) == 5);
}

TEST_CASE("the values of a View are each times its factor") {
  const Kokkos::View<double*, Exec> weights("weights", 2);
  weights(1) = 3;
  const PerSample<double, Exec> scaled(weights, 0.25);
  CHECK(scaled(0) == 0);
  CHECK(scaled(1) == 0.75);
}

TEST_CASE("a View of another extent is refused with a sentence") {
  const Kokkos::View<const float*, Exec> weights = Kokkos::View<float*, Exec>("weights", 3);
  CHECK_THROWS_WITH_AS((PerSample<float, Exec>(weights).require_extent("f", "weight", 4)),
                       "f: weight must hold one value per sample (4); got 3",
                       std::invalid_argument);
}

TEST_CASE("a number of another type is one, and an integer that does not fit is -1") {
  CHECK(PerSample<int, Exec>(std::size_t{7})(0) == 7);
  CHECK(PerSample<int, Exec>((std::int64_t{1} << 32) + 7)(0) == -1);
  CHECK(PerSample<int, Exec>(4294967295U)(0) == -1);
  CHECK(PerSample<int, Exec>(-3L)(0) == -3);
  CHECK(PerSample<float, Exec>(0.5)(0) == 0.5f);
  CHECK(PerSample<double, Exec>(2)(0) == 2);
}
