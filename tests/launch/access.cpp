// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/access.hpp>

#include <doctest/doctest.h>

#include <numeric>
#include <vector>

using namespace iddpm;

namespace {

using Host = Kokkos::DefaultHostExecutionSpace;

// A batch of 6 samples of 3 x 5 elements, element e of sample i being 100 i + e, in some layout.
template <class Layout>
struct Numbered {
  using V = Kokkos::View<float***, Layout, Host>;
  V view{"numbered", 6, 3, 5};

  Numbered() {
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t e = 0; e < 15; ++e) view(i, e / 5, e % 5) = number(i, e);
  }
  static float number(std::size_t i, std::size_t e) { return static_cast<float>(100 * i + e); }

  template <class Body>
  void visit(Body&& body) const {
    visit_batches("numbered", body, view);
  }
};

// Doubles elements [first, first + count) of what a sample stands for, through both accesses.
template <class Isa, class Sample, class B>
void twice(Isa isa, const Sample& sample, const B& batch, std::size_t first, std::size_t count,
           bool is_wanted) {
  auto from = input(isa, sample, batch);
  auto to = output(isa, sample, batch, is_wanted);
  from.begin(first, count);
  to.begin(first, count);
  for (std::size_t slot = 0; slot < slots(sample, count); ++slot)
    to(Slot{slot}) = 2 * from(Slot{slot});
  from.end(count);
  to.end(count);
}

template <class Layout, class Sample>
void check(const Sample& sample, std::size_t samples) {
  for (const bool is_wanted : {true, false})
    for (const std::size_t count : {std::size_t{1}, std::size_t{4}, std::size_t{7}}) {
      CAPTURE(count);
      const Numbered<Layout> x;
      x.visit([&]<class B>(const B& batch) {
        if constexpr (std::is_same_v<B, StridedBatch<float>> || std::is_same_v<Sample, Across>)
          twice(isa::Avx2{}, sample, batch, 4, count, is_wanted);
      });
      for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t e = 0; e < 15; ++e) {
          const bool inside = i >= sample && i < sample + samples && e >= 4 && e < 4 + count;
          const float factor = inside && is_wanted ? 2 : 1;
          CHECK(x.view(i, e / 5, e % 5) == factor * x.number(i, e));
        }
    }
}

}  // namespace

TEST_CASE("elements of other strides are fetched, and stored if they are wanted") {
  check<Kokkos::LayoutLeft>(Along{2, 5}, 1);
  check<Kokkos::LayoutLeft>(Across{1, 4}, 4);
  check<Kokkos::LayoutRight>(Across{1, 4}, 4);
}

TEST_CASE("a contiguous sample is read and written where it lies, or stored when it is whole") {
  const Numbered<Kokkos::LayoutRight> x;
  x.visit([&]<class B>(const B& batch) {
    if constexpr (std::is_same_v<B, Batch<float>>) {
      auto from = input(isa::Scalar{}, std::size_t{2}, batch);
      auto to = output(isa::Scalar{}, std::size_t{3}, batch);
      to(std::size_t{7}) = from(std::size_t{7});
      CHECK(x.view(3, 1, 2) == 207);
      auto waiting = output(isa::Device{}, std::size_t{3}, batch);
      waiting.begin(4, 4);
      for (std::size_t lane = 0; lane < 4; ++lane) waiting(LaneOfFour{1, lane}) = -1;
      CHECK(x.view(3, 0, 4) == 304);
      waiting.end(3);
      CHECK(x.view(3, 0, 4) == -1);
      CHECK(x.view(3, 1, 2) == 207);
      waiting.end(4);
      CHECK(x.view(3, 1, 2) == -1);
    }
  });
}
