// SPDX-License-Identifier: MIT
#include "bridged.hpp"
#include <iddpm/adapters/span.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace iddpm;
using adapters::to_span;
using adapters::view_of;
using test::Host;

TEST_CASE_TEMPLATE("a View and its span are one memory", T, float, double, float16, const float) {
  using Value = std::remove_const_t<T>;
  const Tensor<Value, 3, Host> owner("owner", 2, 3, 4);
  const Tensor<T, 3, Host> view = owner;
  const std::span<T> span = to_span(view);
  CHECK(span.data() == owner.data());
  CHECK(span.size() == 24);
  owner(1, 2, 3) = Value(7.0f);
  CHECK(float(span[23]) == 7.0f);
}

TEST_CASE("a span has the elements in the order of memory, of any rank and layout") {
  const Kokkos::View<int**, Kokkos::LayoutLeft, Kokkos::HostSpace> left("left", 2, 3);
  left(1, 0) = 5;
  CHECK(to_span(left)[1] == 5);
  const Tensor<int, 8, Host> eight("eight", 1, 2, 1, 2, 1, 2, 1, 2);
  eight(0, 1, 0, 1, 0, 1, 0, 1) = 6;
  CHECK(to_span(eight)[15] == 6);
  const Tensor<int, 0, Host> single("single");
  to_span(single)[0] = 4;
  CHECK(single() == 4);
  CHECK(to_span(Tensor<int, 2, Host>("empty", 0, 3)).empty());
  CHECK(to_span(Kokkos::subview(eight, 0, 1, Kokkos::ALL, 1, 0, 1, 0, Kokkos::ALL)).size() == 2);
  const Tensor<int, 2, Host> rows("rows", 4, 3);
  CHECK(to_span(Kokkos::subview(rows, Kokkos::pair(1, 3), Kokkos::ALL)).data() == &rows(1, 0));
}

TEST_CASE("a View with gaps is no span") {
  const Tensor<int, 2, Host> view("view", 4, 6);
  CHECK(test::sentence(
            [&] { (void)to_span(Kokkos::subview(view, Kokkos::ALL, Kokkos::pair(0, 3))); }) ==
        "to_span: view must have no gaps between its elements; got extents (4, 3), strides (6, 1)");
  CHECK_THROWS_AS((void)to_span(Kokkos::subview(view, Kokkos::ALL, 2)), std::invalid_argument);
}

TEST_CASE("a span is a row-major View of the extents that are named") {
  std::vector<double> numbers(24);
  const auto flat = view_of(std::span(numbers));
  static_assert(decltype(flat)::rank() == 1, "of rank 1 where none is named");
  const auto view = view_of(std::span(numbers), 2, 3u, std::size_t{4});
  static_assert(std::is_same_v<decltype(view)::array_layout, Kokkos::LayoutRight>, "row-major");
  static_assert(decltype(view)::rank() == 3, "rank");
  view(1, 2, 3) = 2.5;
  CHECK(numbers[23] == 2.5);
  CHECK(flat(23) == 2.5);
  const std::vector<float> fixed{1, 2};
  const auto read_only = view_of(std::span(fixed));
  static_assert(test::is_const<decltype(read_only)>, "const stays const");
  CHECK(read_only(1) == 2.0f);
  std::array<float, 8> array{};
  view_of(std::span(array), 1, 2, 1, 2, 1, 2, 1, 1)(0, 1, 0, 1, 0, 1, 0, 0) = 3.0f;
  CHECK(array[7] == 3.0f);
  CHECK(view_of(std::span<float>(), 0, 3).extent(1) == 3);
  CHECK(view_of(std::span<float>()).extent(0) == 0);
}

TEST_CASE("extents that do not hold the span's elements are refused, however large") {
  std::vector<int> six(6);
  CHECK(test::sentence([&] { (void)view_of(std::span(six), 2, 4); }) ==
        "view_of: extents must hold the span's 6 elements; got (2, 4)");
  CHECK(test::sentence([&] { (void)view_of(std::span(six), 0); }) ==
        "view_of: extents must hold the span's 6 elements; got (0)");
  CHECK(test::sentence([&] { (void)view_of(std::span<int>(), 1); }) ==
        "view_of: extents must hold the span's 0 elements; got (1)");
  const std::size_t half = std::size_t{1} << 63;  // 2 half + 6 is 6 where it overflows
  CHECK_THROWS_AS((void)view_of(std::span(six), half + 3, 2), std::invalid_argument);
}

TEST_CASE_TEMPLATE("operations on a span's View give a Tensor's bits", T, float, double, float16,
                   bfloat16) {
  std::vector<T> numbers(3 * 7);
  CHECK(test::has_same_bits(view_of(std::span(numbers), 3, 7)));
}
