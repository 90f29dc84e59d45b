// SPDX-License-Identifier: MIT
#pragma once

#if !__has_include(<xtensor/xarray.hpp>) && !__has_include(<xtensor/containers/xarray.hpp>)
#error "iddpm/adapters/xtensor.hpp needs xtensor: link iddpm::xtensor, or name its folder"
#endif

#include <iddpm/adapters/detail/strided.hpp>
#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <Kokkos_Core.hpp>

// xtensor 0.26 moved its headers into folders.
#if __has_include(<xtensor/containers/xadapt.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/views/xstrided_view.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xstrided_view.hpp>
#endif

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

/// \file
/// xtensor's arrays and Views: the same memory, never a copy. Neither owns it.

namespace iddpm::adapters {

namespace detail {

// Any array, adaptor or view of xtensor whose elements lie in memory.
template <class E>
concept XtensorInMemory = requires(E& e) {
  requires std::is_pointer_v<decltype(e.data())>;
  { e.data_offset() } -> std::convertible_to<std::size_t>;
  e.shape().size();
  e.strides().size();
  E::static_layout;
};

template <class E>
concept XtensorOwner = requires {
  typename E::temporary_type;
}
&&std::is_same_v<typename E::temporary_type, E>;

// The layout that the type promises.
template <class E>
using LayoutOfXtensor =
    std::conditional_t<E::static_layout == xt::layout_type::row_major, Kokkos::LayoutRight,
                       std::conditional_t<E::static_layout == xt::layout_type::column_major,
                                          Kokkos::LayoutLeft, Kokkos::LayoutStride>>;

}  // namespace detail

/// A View of any layout and rank as a strided view of xtensor's: what is assigned to it is written
/// to the View's elements. Read-only where the View's elements are const.
template <View V>
[[nodiscard]] auto to_xtensor(const V& view) {
  static_assert(detail::HostView<V>, "to_xtensor: view must lie in memory that the host can reach");
  auto extents = detail::extents_of(view);
  // xtensor's own rule: an axis of one element, which is broadcast, has stride 0.
  auto strides = detail::strides_of(view);
  for (std::size_t r = 0; r < V::rank(); ++r)
    if (extents[r] == 1) strides[r] = 0;
  // Not an adaptor with strides: until xtensor 0.25 such a one takes the strides of what is
  // assigned to it.
  const std::array<std::size_t, 1> span{view.span()};
  return xt::strided_view(xt::adapt(view.data(), span[0], xt::no_ownership(), span),
                          std::move(extents), std::move(strides), 0, xt::layout_type::dynamic);
}

/// An xtensor array, adaptor or strided view as a View on the host: LayoutRight or LayoutLeft where
/// its type is row- or column-major, else LayoutStride. An array whose rank is not in its type is
/// asked for it: `view_of<3>(array)`.
/// \pre `array` is not resized, and lives, while the View is used.
/// \throws std::invalid_argument unless the array has that rank, and strides that a View can have.
template <std::size_t Rank, class Array>
requires detail::XtensorInMemory<Array>
[[nodiscard]] auto view_of(Array& array) {
  require(array.dimension() == Rank, "view_of", "array", "have rank " + std::to_string(Rank),
          array.dimension());
  detail::Extents<Rank> extents{};
  detail::Strides<Rank> strides{};
  std::copy(array.shape().begin(), array.shape().end(), extents.begin());
  std::copy(array.strides().begin(), array.strides().end(), strides.begin());
  return detail::view_over<detail::LayoutOfXtensor<Array>, Kokkos::HostSpace>(
      "view_of", "array", array.data() + array.data_offset(), extents, strides);
}

/// The same for an array whose rank its type tells.
template <class Array>
requires detail::XtensorInMemory<Array> && requires {
  std::tuple_size<typename Array::shape_type>::value;
}
[[nodiscard]] auto view_of(Array& array) {
  return adapters::view_of<std::tuple_size<typename Array::shape_type>::value>(array);
}

}  // namespace iddpm::adapters
