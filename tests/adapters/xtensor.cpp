// SPDX-License-Identifier: MIT
#include "bridged.hpp"
#include <iddpm/adapters/xtensor.hpp>

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xfixed.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xarray.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
#endif

#include <doctest/doctest.h>

#include <vector>

using namespace iddpm;
using adapters::to_xtensor;
using adapters::view_of;
using test::Host;
using Memory = Kokkos::HostSpace;

namespace {

template <class V, class Layout>
constexpr bool has_layout = std::is_same_v<typename V::array_layout, Layout>;

}  // namespace

TEST_CASE_TEMPLATE("a View of every layout and its adaptor are one memory", T, float, double, int,
                   float16) {
  const auto check = [](const auto& view) {
    auto array = to_xtensor(view);
    CHECK(array.dimension() == 3);
    CHECK(array.shape()[0] == 2);
    CHECK(array.shape()[2] == 4);
    array(1, 2, 3) = T(5);
    CHECK(view(1, 2, 3) == T(5));
    view(0, 1, 2) = T(6);
    CHECK(array(0, 1, 2) == T(6));
  };
  check(Tensor<T, 3, Host>("right", 2, 3, 4));
  check(Kokkos::View<T***, Kokkos::LayoutLeft, Memory>("left", 2, 3, 4));
  const Tensor<T, 4, Host> wide("wide", 2, 3, 4, 5);
  check(Kokkos::subview(wide, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL, 2));
  const Tensor<T, 3, Host> larger("larger", 4, 3, 6);
  check(Kokkos::subview(larger, Kokkos::pair(1, 3), Kokkos::ALL, Kokkos::pair(2, 6)));
}

TEST_CASE("expressions see the View, and assign to it") {
  const Kokkos::View<float**, Kokkos::LayoutLeft, Memory> view("view", 2, 3);
  auto array = to_xtensor(view);
  array = xt::xtensor<float, 2>{{1, 2, 3}, {4, 5, 6}};
  CHECK(view(1, 0) == 4.0f);
  CHECK(view(0, 2) == 3.0f);
  const Tensor<float, 2, Host> one("one", 1, 3);  // an axis of one element is broadcast
  one(0, 2) = 10.0f;
  const xt::xtensor<float, 2> sum = array + to_xtensor(one);
  CHECK(sum(1, 2) == 16.0f);
}

TEST_CASE("Views with equal gaps are assigned element by element; what lies in the gaps stays") {
  const Tensor<int, 2, Host> all("all", 4, 6);
  const auto part = [&](int first) {
    return Kokkos::subview(all, Kokkos::pair(first, first + 2), Kokkos::pair(1, 4));
  };
  for (int i = 0; i < 24; ++i) all.data()[i] = i;
  auto to = to_xtensor(part(0));
  to = to_xtensor(part(2)) + 0;
  for (int j = 0; j < 6; ++j) {
    CHECK(all(1, j) == (j >= 1 && j < 4 ? 18 + j : 6 + j));
    CHECK(all(3, j) == 18 + j);
  }
  CHECK(xt::sum(to_xtensor(part(2)))() == 13 + 14 + 15 + 19 + 20 + 21);
  all(2, 1) = 100;
  to = to_xtensor(part(2));
  CHECK(all(0, 1) == 100);
  CHECK(all(1, 4) == 10);
  CHECK(view_of<2>(to).data() == &all(0, 1));
}

TEST_CASE("const, ranks 1 and 8, extents 0 and 1") {
  const Tensor<double, 1, Host> owner("owner", 3);
  const Tensor<const double, 1, Host> view = owner;
  const auto array = to_xtensor(view);
  static_assert(std::is_const_v<std::remove_reference_t<decltype(array(0))>>, "const stays const");
  owner(2) = 4;
  CHECK(array(2) == 4);
  const Tensor<float, 8, Host> eight("eight", 1, 2, 1, 2, 1, 2, 1, 2);
  CHECK(&to_xtensor(eight)(0, 1, 0, 1, 0, 1, 0, 1) == &eight(0, 1, 0, 1, 0, 1, 0, 1));
  const auto empty = to_xtensor(Tensor<float, 3, Host>("empty", 2, 0, 3));
  CHECK(empty.size() == 0);
  CHECK(empty.shape()[2] == 3);
  CHECK(to_xtensor(Tensor<float, 2, Host>("one", 1, 1)).size() == 1);
}

TEST_CASE_TEMPLATE("arrays of both orders, of dynamic and fixed rank, are Views", T, float, double,
                   bfloat16) {
  const auto check = []<class Layout>(auto& array, const auto& view, Layout) {
    static_assert(has_layout<std::remove_cvref_t<decltype(view)>, Layout>, "the array's order");
    CHECK(view.extent(0) == 2);
    CHECK(view.extent(2) == 4);
    view(1, 2, 3) = T(5);
    CHECK(array(1, 2, 3) == T(5));
    array(0, 1, 2) = T(6);
    CHECK(view(0, 1, 2) == T(6));
  };
  constexpr auto rows = xt::layout_type::row_major, columns = xt::layout_type::column_major;
  xt::xtensor<T, 3, rows> three({2, 3, 4});
  check(three, view_of(three), Kokkos::LayoutRight{});
  auto left = xt::xarray<T, columns>::from_shape({2, 3, 4});
  check(left, view_of<3>(left), Kokkos::LayoutLeft{});
  auto any = xt::xarray<T, xt::layout_type::dynamic>::from_shape({2, 3, 4});
  check(any, view_of<3>(any), Kokkos::LayoutStride{});
  xt::xtensor_fixed<T, xt::xshape<2, 3, 4>, rows> fixed;
  check(fixed, view_of(fixed), Kokkos::LayoutRight{});
  std::vector<T> numbers(24);
  auto adaptor = xt::adapt(numbers, std::vector<std::size_t>{2, 3, 4});
  check(adaptor, view_of<3>(adaptor), Kokkos::LayoutRight{});
}

TEST_CASE("views of arrays are Views by strides; const stays const") {
  xt::xtensor<float, 3> array({4, 3, 6});
  auto part = xt::view(array, xt::range(1, 3), 2, xt::range(1, 6, 2));
  const auto view = view_of<2>(part);
  CHECK(shape_of(view) == "(2, 3)");
  view(1, 2) = 7;
  CHECK(array(2, 2, 5) == 7);
  const xt::xtensor<float, 3>& fixed = array;
  static_assert(test::is_const<decltype(view_of(fixed))>, "const");
  CHECK(view_of(fixed).data() == array.data());
  auto ones = xt::xarray<float>::from_shape({1, 1, 2});  // xtensor's strides of these are 0
  view_of<3>(ones)(0, 0, 1) = 3;
  CHECK(ones(0, 0, 1) == 3);
  const auto none = xt::xarray<float>::from_shape({2, 0});
  CHECK(view_of<2>(none).extent(0) == 2);
}

TEST_CASE("another rank and backward strides are refused") {
  auto array = xt::xarray<float>::from_shape({2, 3});
  CHECK(test::sentence([&] { (void)view_of<3>(array); }) ==
        "view_of: array must have rank 3; got 2");
  auto backward = xt::view(array, xt::all(), xt::range(2, xt::placeholders::_, -1));
  CHECK(test::sentence([&] { (void)view_of<2>(backward); }) ==
        "view_of: array must have strides of 1 or more; got (3, -1)");
}

TEST_CASE_TEMPLATE("operations on an array's View give a Tensor's bits", T, float, double,
                   float16) {
  xt::xtensor<T, 2, xt::layout_type::column_major> columns({3, 7});
  CHECK(test::has_same_bits(view_of(columns)));
  xt::xtensor<T, 2, xt::layout_type::row_major> rows({3, 7});
  CHECK(test::has_same_bits(view_of(rows)));
  std::vector<T> numbers(60);
  auto adaptor = xt::adapt(numbers.data(), 21, xt::no_ownership(), std::vector<std::size_t>{3, 7},
                           std::vector<std::ptrdiff_t>{20, 2});
  CHECK(test::has_same_bits(view_of<2>(adaptor)));
}
