// SPDX-License-Identifier: MIT
#include "bridged.hpp"
#include <iddpm/adapters/mdspan.hpp>

#include <doctest/doctest.h>

#include <array>
#include <utility>
#include <vector>

using namespace iddpm;
using adapters::view_of;
using test::Host;
using Memory = Kokkos::HostSpace;

namespace {

// The two families under one name; one that there is not has no tests.
#if defined(KOKKOS_ENABLE_IMPL_MDSPAN)
struct OfKokkos {
  template <class T, class E, class L>
  using mdspan = Kokkos::mdspan<T, E, L>;
  template <std::size_t... N>
  using extents = Kokkos::extents<int, N...>;
  using right = Kokkos::layout_right;
  using left = Kokkos::layout_left;
  using stride = Kokkos::layout_stride;
  static constexpr std::string_view name = "to_mdspan";
  static auto from(const auto& view) { return adapters::to_mdspan(view); }
};
#endif

#if defined(__cpp_lib_mdspan)
struct OfStd {
  template <class T, class E, class L>
  using mdspan = std::mdspan<T, E, L>;
  template <std::size_t... N>
  using extents = std::extents<int, N...>;
  using right = std::layout_right;
  using left = std::layout_left;
  using stride = std::layout_stride;
  static constexpr std::string_view name = "to_std_mdspan";
  static auto from(const auto& view) { return adapters::to_std_mdspan(view); }
};
#endif

#if defined(KOKKOS_ENABLE_IMPL_MDSPAN) && defined(__cpp_lib_mdspan)
#define FAMILIES OfKokkos, OfStd
#elif defined(__cpp_lib_mdspan)
#define FAMILIES OfStd
#else
#define FAMILIES OfKokkos
#endif

constexpr std::size_t dynamic = std::dynamic_extent;

// The element at these indices; mdspan's operator[] of several is C++23's.
template <class M, class... Index>
auto& at(const M& mdspan, Index... index) {
  return mdspan.data_handle()[mdspan.mapping()(static_cast<int>(index)...)];
}

}  // namespace

TEST_CASE_TEMPLATE("a View of every layout is an mdspan of the same memory", Family, FAMILIES) {
  const auto check = [](const auto& view, auto layout) {
    using M = decltype(Family::from(view));
    static_assert(std::is_same_v<typename M::layout_type, decltype(layout)>, "layout");
    const auto mdspan = Family::from(view);
    CHECK(mdspan.extent(0) == 3);
    CHECK(mdspan.extent(1) == 4);
    at(mdspan, 2, 1) = 5;
    CHECK(view(2, 1) == 5);
    view(1, 3) = 6;
    CHECK(at(mdspan, 1, 3) == 6);
  };
  check(Tensor<int, 2, Host>("right", 3, 4), typename Family::right{});
  check(Kokkos::View<int**, Kokkos::LayoutLeft, Memory>("left", 3, 4), typename Family::left{});
  const Tensor<int, 3, Host> wide("wide", 3, 4, 2);
  check(Kokkos::subview(wide, Kokkos::ALL, Kokkos::ALL, 1), typename Family::stride{});
}

TEST_CASE_TEMPLATE("const, static extents and ranks 0, 1 and 8 are kept", Family, FAMILIES) {
  const Kokkos::View<double* [3], Kokkos::LayoutRight, Memory> fixed("fixed", 2);
  const auto mdspan = Family::from(fixed);
  using E = typename decltype(mdspan)::extents_type;
  static_assert(E::static_extent(0) == dynamic && E::static_extent(1) == 3, "static extents");
  at(mdspan, 1, 2) = 1.5;
  CHECK(fixed(1, 2) == 1.5);
  const Tensor<const double, 1, Host> one = Tensor<double, 1, Host>("one", 5);
  static_assert(std::is_const_v<typename decltype(Family::from(one))::element_type>, "const");
  CHECK(Family::from(one).data_handle() == one.data());
  const Tensor<int, 8, Host> eight("eight", 1, 2, 1, 2, 1, 2, 1, 2);
  at(Family::from(eight), 0, 1, 0, 1, 0, 1, 0, 1) = 9;
  CHECK(eight(0, 1, 0, 1, 0, 1, 0, 1) == 9);
  const Tensor<int, 0, Host> single("single");
  at(Family::from(single)) = 4;
  CHECK(single() == 4);
  const Kokkos::View<int**, Kokkos::LayoutStride, Memory> empty("empty",
                                                                Kokkos::LayoutStride(0, 1, 3, 1));
  CHECK(Family::from(empty).extent(1) == 3);
}

TEST_CASE_TEMPLATE("a padded LayoutRight View is an mdspan by strides only", Family, FAMILIES) {
  const Tensor<int, 2, Host> all("all", 4, 6);
  const Kokkos::View<int**, Kokkos::LayoutStride, Memory> part =
      Kokkos::subview(all, Kokkos::ALL, Kokkos::pair(0, 3));
  Kokkos::LayoutRight layout(4, 3);
  layout.stride = 6;
  const Tensor<int, 2, Host> padded(all.data(), layout);
  std::string expected(Family::name);
  expected += ": view must have the strides (3, 1) of a View without gaps; got (6, 1)";
  CHECK(test::sentence([&] { (void)Family::from(padded); }) == expected);
  at(Family::from(part), 3, 2) = 8;
  CHECK(all(3, 2) == 8);
}

TEST_CASE_TEMPLATE("an mdspan of every layout, static or dynamic, is a View", Family, FAMILIES) {
  std::vector<float> numbers(24);
  using Static = typename Family::template extents<2, 3, 4>;
  using Dynamic = typename Family::template extents<dynamic, 3, dynamic>;
  using Right = typename Family::template mdspan<float, Static, typename Family::right>;
  const auto right = view_of(Right(numbers.data(), Static{}));
  static_assert(std::is_same_v<typename decltype(right)::array_layout, Kokkos::LayoutRight>, "");
  right(1, 2, 3) = 1.0f;
  CHECK(numbers[23] == 1.0f);
  using Left = typename Family::template mdspan<const float, Dynamic, typename Family::left>;
  const auto left = view_of(Left(numbers.data(), Dynamic(2, 4)));
  static_assert(std::is_same_v<typename decltype(left)::array_layout, Kokkos::LayoutLeft>, "");
  static_assert(test::is_const<decltype(left)>, "const stays const");
  CHECK(left.data() == numbers.data());
  CHECK(&left(1, 2, 3) == &numbers[23]);
  using Stride = typename Family::template mdspan<float, Dynamic, typename Family::stride>;
  const typename Stride::mapping_type mapping(Dynamic(2, 2), std::array<int, 3>{1, 8, 4});
  const auto strided = view_of<Host>(Stride(numbers.data(), mapping));
  static_assert(std::is_same_v<typename decltype(strided)::array_layout, Kokkos::LayoutStride>, "");
  strided(1, 2, 1) = 3.0f;
  CHECK(numbers[1 + 16 + 4] == 3.0f);
}

TEST_CASE_TEMPLATE("mdspans of rank 0 and without elements are Views", Family, FAMILIES) {
  int number = 0;
  using None = typename Family::template extents<>;
  view_of(typename Family::template mdspan<int, None, typename Family::right>(&number, None{}))() =
      3;
  CHECK(number == 3);
  using Two = typename Family::template extents<dynamic, dynamic>;
  using Left = typename Family::template mdspan<int, Two, typename Family::left>;
  const auto empty = view_of(Left(nullptr, Two(0, 5)));
  CHECK(empty.extent(0) == 0);
  CHECK(empty.extent(1) == 5);
}

TEST_CASE_TEMPLATE("there and back is the same View", Family, FAMILIES) {
  const Kokkos::View<float16***, Kokkos::LayoutLeft, Memory> view("view", 2, 1, 3);
  const auto back = view_of(Family::from(view));
  CHECK(back.data() == view.data());
  CHECK(shape_of(back) == "(2, 1, 3)");
  CHECK(&back(1, 0, 2) == &view(1, 0, 2));
}

TEST_CASE_TEMPLATE("operations on an mdspan's View give a Tensor's bits", Family, FAMILIES) {
  std::vector<float> numbers(3 * 7);
  using Two = typename Family::template extents<dynamic, 7>;
  using Left = typename Family::template mdspan<float, Two, typename Family::left>;
  CHECK(test::has_same_bits(view_of(Left(numbers.data(), Two(3)))));
  using Right = typename Family::template mdspan<float, Two, typename Family::right>;
  CHECK(test::has_same_bits(view_of(Right(numbers.data(), Two(3)))));
}
