// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/for_each_tile.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultHostExecutionSpace;

struct Count {
  Tensor<int, 2, Exec> counts;
  void operator()(std::size_t sample, std::size_t begin, std::size_t end) const {
    CHECK(begin % 4 == 0);
    for (std::size_t e = begin; e < end; ++e) ++counts(sample, e);
  }
};

// Takes the tag of an instruction set too.
struct CountWith {
  Count count;
  template <class Isa>
  void operator()(Isa, std::size_t sample, std::size_t begin, std::size_t end) const {
    static_assert(isa::width<Isa> % 4 == 0, "blocks of Philox are whole");
    count(sample, begin, end);
  }
};

template <class Functor>
bool counts_every_element_once(std::size_t samples, std::size_t size) {
  const Tensor<int, 2, Exec> counts("counts", samples, size);
  for_each_tile("test::count", Exec{}, samples, size, Functor{{counts}});
  Exec{}.fence();
  const std::vector<int> all(counts.data(), counts.data() + counts.size());
  return all == std::vector<int>(samples * size, 1);
}

}  // namespace

TEST_CASE_TEMPLATE("tiles cover every element once, also past a tile's end", F, Count, CountWith) {
  for (const std::size_t size : {1u, 3u, 127u, 128u, 2047u, 2048u, 2049u, 5000u})
    for (const std::size_t samples : {1u, 3u}) {
      CAPTURE(size);
      CHECK(counts_every_element_once<F>(samples, size));
    }
  CHECK(counts_every_element_once<F>(0, 5));
  CHECK(counts_every_element_once<F>(5, 0));
}
