// SPDX-License-Identifier: MIT
#include <iddpm/core/places.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace iddpm;

namespace {

using Runs = std::vector<std::array<std::size_t, 3>>;  // element, slot, length

template <class Sample>
Runs runs(const Sample& sample, std::size_t first, std::size_t count) {
  Runs found;
  for_each_run(sample, first, count, [&](std::size_t e, std::size_t slot, std::size_t length) {
    found.push_back({e, slot, length});
  });
  return found;
}

}  // namespace

TEST_CASE("along a sample, runs end where the stride does") {
  CHECK(runs(Along{3, 5}, 4, 8) == Runs{{4, 0, 1}, {5, 1, 5}, {10, 6, 2}});
  CHECK(runs(Along{3, 100}, 4, 8) == Runs{{4, 0, 8}});
  CHECK(runs(Along{3, 5}, 4, 0).empty());
  CHECK(slots(Along{3, 5}, 8) == 8);
}

TEST_CASE("across samples, a run is one element of each, the four of a block apart") {
  CHECK(runs(Across{8, 5}, 4, 6) ==
        Runs{{4, 0, 5}, {5, 64, 5}, {6, 128, 5}, {7, 192, 5}, {8, 5, 5}, {9, 69, 5}});
  CHECK(slots(Across{8, 5}, 2) == 128);
  CHECK(slots(Across{8, 5}, 6) == 256);
}

TEST_CASE("a sample that stands for more is its first index; a lane of four is its element") {
  CHECK(std::size_t{Along{3, 5}} == 3);
  CHECK(std::size_t{Across{8, 5}} == 8);
  CHECK(std::size_t{LaneOfFour{5, 2}} == 22);
}
