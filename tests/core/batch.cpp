// SPDX-License-Identifier: MIT
#include <iddpm/core/batch.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/for_each_tile.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultHostExecutionSpace;

// Numbers every element by its sample and its row-major index.
template <class B>
struct Number {
  B batch;
  void operator()(std::size_t sample, std::size_t begin, std::size_t end) const {
    for (std::size_t e = begin; e < end; ++e) batch(sample, e) = static_cast<int>(sample * 100 + e);
  }
};

template <class V>
bool number(const V& view) {
  bool strided = false;
  visit_batches(
      "number",
      [&]<class B>(const B& batch) {
        strided = std::is_same_v<B, StridedBatch<int>>;
        for_each_tile("test::number", Exec{}, batch.samples, batch.size, Number<B>{batch});
      },
      view);
  Exec{}.fence();
  return strided;
}

}  // namespace

TEST_CASE("an element has its row-major index whatever the layout") {
  const Tensor<int, 3, Exec> right("right", 2, 3, 4);
  const Kokkos::View<int***, Kokkos::LayoutLeft, Exec> left("left", 2, 3, 4);
  const Tensor<int, 4, Exec> large("large", 2, 3, 4, 2);
  const auto strided = Kokkos::subview(large, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL, 1);
  CHECK_FALSE(number(right));
  CHECK(number(left));
  CHECK(number(strided));
  CHECK(right(1, 2, 3) == 111);
  CHECK(left(1, 2, 3) == 111);
  CHECK(strided(1, 2, 3) == 111);
  CHECK(large(1, 2, 3, 0) == 0);
}

TEST_CASE("a strided element is found where its row-major index says, for any extents") {
  for (const std::size_t a : {1u, 2u, 3u, 7u})
    for (const std::size_t b : {1u, 5u, 64u})
      for (const std::size_t c : {1u, 3u, 255u}) {
        const Kokkos::View<int****, Kokkos::LayoutLeft, Exec> view("view", 2, a, b, c);
        number(view);
        bool right = true;
        for (std::size_t e = 0; e < a * b * c; ++e)
          right = right && view(1, e / (b * c), e / c % b, e % c) == static_cast<int>(100 + e);
        CHECK(right);
      }
  // Beyond 2^32, and just below: only the address is made.
  int base = 0;
  StridedBatch<int> far;
  const Kokkos::View<int***, Kokkos::LayoutLeft, Exec, Kokkos::MemoryUnmanaged> huge(
      &base, 1, 1u << 20, 3u << 14);
  visit_batches(
      "far",
      [&](const auto& batch) {
        if constexpr (std::is_same_v<std::decay_t<decltype(batch)>, StridedBatch<int>>) far = batch;
      },
      huge);
  for (const std::size_t e :
       {(std::size_t{1} << 32) - 1, (std::size_t{1} << 32) + 49151, (std::size_t{3} << 34) - 1})
    CHECK(static_cast<std::size_t>(&far(0, e) - &base) ==
          e / (3u << 14) + e % (3u << 14) * (1u << 20));
}

TEST_CASE("samples may lie apart and still be contiguous") {
  const Tensor<int, 2, Exec> large("large", 4, 10);
  const auto part = Kokkos::subview(large, std::pair{1, 3}, std::pair{2, 7});
  CHECK(number(part) == batches_are_aligned);  // a GPU's four elements at once need more
  CHECK(large(2, 6) == 104);
  CHECK(large(2, 7) == 0);
}

TEST_CASE("ranks 1 to 8 and empty batches are batches") {
  const Tensor<int, 1, Exec> one("one", 3);
  number(one);
  CHECK(one(2) == 200);
  const Tensor<int, 8, Exec> eight("eight", 2, 1, 1, 2, 1, 1, 1, 3);
  number(eight);
  CHECK(eight(1, 0, 0, 1, 0, 0, 0, 2) == 105);
  number(Tensor<int, 2, Exec>("none", 0, 5));
  number(Tensor<int, 2, Exec>("nothing", 5, 0));
}

TEST_CASE("halves are the first and the last channels, strided or not") {
  const Tensor<int, 3, Exec> right("right", 2, 4, 3);
  const Kokkos::View<int***, Kokkos::LayoutLeft, Exec> left("left", 2, 4, 3);
  number(right);
  number(left);
  const auto check = [](const auto& batch) {
    CHECK(batch.half(0).size == 6);
    CHECK(batch.half(0)(1, 5) == 105);
    CHECK(batch.half(1)(1, 0) == 106);
    CHECK(batch.half(1)(0, 5) == 11);
  };
  visit_batches("test", check, right);
  visit_batches("test", check, left);
}
