// SPDX-License-Identifier: MIT
#include <iddpm/launch/sums.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

TEST_CASE("sums add up one by one") {
  Sums<2> a{{1, 2}};
  a += Sums<2>{{10, 20}};
  CHECK(a.value[0] == 11);
  CHECK(a.value[1] == 22);
}

TEST_CASE("a term is where its element, its lane of four or its slot says") {
  Terms<2, float, 8> terms{};
  terms.first = 4;
  terms(1, std::size_t{6}) = 1;
  terms(0, LaneOfFour{1, 3}) = 2;
  terms(0, Slot{1, 4}) = 3;
  CHECK(terms.value[1][2] == 1);
  CHECK(terms.value[0][3] == 2);
  CHECK(terms.value[0][5] == 3);
}

TEST_CASE("the sum of a few elements has the bits of the sum over all lanes") {
  for (std::size_t count = 0; count <= 32; ++count) {
    Terms<1, double, 32> terms{};
    for (std::size_t e = 0; e < count; ++e) terms.value[0][e] = 1 / static_cast<double>(3 * e + 1);
    terms.first = 0;
    detail::LaneSums<1> whole, part;
    whole.add(terms, count);
    part.add(terms, count);
    CHECK(whole.sum().value[0] == part.sum(count).value[0]);
  }
}
