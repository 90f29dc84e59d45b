// SPDX-License-Identifier: MIT
#include <iddpm/core/require.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace {

template <class Call>
std::string sentence_of(Call&& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

using Image = Kokkos::View<float***, Kokkos::LayoutRight, Kokkos::HostSpace>;

}  // namespace

TEST_CASE("require is silent where the rule holds") {
  CHECK_NOTHROW(iddpm::require(true, "f", "x", "be positive", 1));
}

TEST_CASE("require names the function, the argument, the rule and the value") {
  CHECK(sentence_of([] { iddpm::require(false, "Linear", "T", "be 1 or at least 21", 20); }) ==
        "Linear: T must be 1 or at least 21; got 20");
  CHECK(sentence_of([] { iddpm::require(false, "f", "name", "be known", "velocity"); }) ==
        "f: name must be known; got velocity");
}

TEST_CASE("require_kokkos is silent inside a Kokkos session (tests/lifetime is outside)") {
  CHECK_NOTHROW(iddpm::require_kokkos("f"));
}

TEST_CASE("require shows a double with all the digits that tell it from its neighbours") {
  const double above_one = 1.0 + 2.220446049250313e-16;
  CHECK(sentence_of([&] { iddpm::require(false, "f", "beta", "be below 1", above_one); }) ==
        "f: beta must be below 1; got 1.0000000000000002");
}

TEST_CASE("shape_of writes the extents in order") {
  CHECK(iddpm::shape_of(Image("image", 2, 0, 5)) == "(2, 0, 5)");
  CHECK(iddpm::shape_of(Kokkos::View<int*, Kokkos::HostSpace>("one", 7)) == "(7)");
  CHECK(iddpm::shape_of(Kokkos::View<int, Kokkos::HostSpace>("none")) == "()");
}

TEST_CASE("require_same_shape accepts equal extents, whatever the element type and the layout") {
  const Kokkos::View<const double***, Kokkos::LayoutLeft, Kokkos::HostSpace> other =
      Kokkos::View<double***, Kokkos::LayoutLeft, Kokkos::HostSpace>("other", 2, 3, 4);
  CHECK_NOTHROW(iddpm::require_same_shape("f", "a", other, "b", Image("b", 2, 3, 4)));
}

TEST_CASE("require_same_shape names both shapes where one extent differs") {
  CHECK(sentence_of([] {
          iddpm::require_same_shape("q_sample", "noise", Image("noise", 2, 3, 5), "x_start",
                                    Image("x_start", 2, 3, 4));
        }) == "q_sample: noise must have the extents of x_start (2, 3, 4); got (2, 3, 5)");
}
