// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

/// \file
/// What every bridge is made of: the pointer, extents and strides of a View, and the View over a
/// pointer with extents and strides. Strides count elements.

namespace iddpm::adapters::detail {

template <std::size_t Rank>
using Extents = std::array<std::size_t, Rank>;
template <std::size_t Rank>
using Strides = std::array<std::ptrdiff_t, Rank>;

/// A View of `Rank` extents over memory that somebody else owns.
template <class T, std::size_t Rank, class Layout, class Space>
using Unmanaged =
    Kokkos::View<typename Tensor<T, Rank, Space>::data_type, Layout, typename Space::memory_space,
                 Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// A View that libraries of the host may read.
template <class V>
concept HostView = ViewOn<V, Kokkos::DefaultHostExecutionSpace>;

template <class Layout>
inline constexpr bool is_strided = std::is_same_v<Layout, Kokkos::LayoutStride>;

template <View V>
Extents<V::rank()> extents_of(const V& view) {
  Extents<V::rank()> extents{};
  for (std::size_t r = 0; r < V::rank(); ++r) extents[r] = view.extent(r);
  return extents;
}

template <View V>
Strides<V::rank()> strides_of(const V& view) {
  Strides<V::rank()> strides{};
  for (std::size_t r = 0; r < V::rank(); ++r)
    strides[r] = static_cast<std::ptrdiff_t>(view.stride(r));
  return strides;
}

/// The strides without gaps: the last index runs fastest, in LayoutLeft the first.
template <class Layout, std::size_t Rank>
Strides<Rank> dense_strides(const Extents<Rank>& extents) {
  Strides<Rank> strides{};
  std::size_t stride = 1;
  for (std::size_t n = 0; n < Rank; ++n) {
    const std::size_t r = std::is_same_v<Layout, Kokkos::LayoutLeft> ? n : Rank - 1 - n;
    strides[r] = static_cast<std::ptrdiff_t>(stride);
    stride *= std::max(extents[r], std::size_t{1});
  }
  return strides;
}

/// The same memory by strides that all extents need: where an axis has one element, or the View
/// none, any stride would do, and the dense one is taken.
template <class Layout, std::size_t Rank>
Strides<Rank> needed_strides(const Extents<Rank>& extents, Strides<Rank> strides) {
  const Strides<Rank> dense = detail::dense_strides<Layout>(extents);
  bool empty = false;
  for (const std::size_t extent : extents) empty = empty || extent == 0;
  for (std::size_t r = 0; r < Rank; ++r)
    if (empty || extents[r] == 1) strides[r] = dense[r];
  return strides;
}

template <class Numbers>
std::string text_of(const Numbers& numbers) {
  std::string text;
  for (const auto number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return "(" + text + ")";
}

/// Does every stride step over all that the smaller ones reach? Then no two indices are one
/// element. Others may be free of that too, (3, 2) for extents (2, 3), but nobody makes such.
template <std::size_t Rank>
bool are_apart(const Extents<Rank>& extents, const Strides<Rank>& strides) {
  for (std::size_t r = 0; r < Rank; ++r) {
    std::ptrdiff_t reached = 0;
    for (std::size_t s = 0; s < Rank; ++s) {
      const bool is_smaller = strides[s] < strides[r] || (strides[s] == strides[r] && s > r);
      if (is_smaller) reached += strides[s] * (static_cast<std::ptrdiff_t>(extents[s]) - 1);
    }
    if (extents[r] > 1 && strides[r] <= reached) return false;
  }
  return true;
}

/// Throws unless the strides are those of a View of Layout: no gaps in LayoutRight and LayoutLeft.
template <class Layout, bool IsConst, std::size_t Rank>
void require_strides(std::string_view function, std::string_view argument,
                     const Extents<Rank>& extents, const Strides<Rank>& strides) {
  if constexpr (is_strided<Layout>) {
    // Two indices of one element are for reading only.
    constexpr std::ptrdiff_t least = IsConst ? 0 : 1;
    const auto needed = detail::needed_strides<Layout>(extents, strides);
    for (const std::ptrdiff_t stride : needed)
      require(stride >= least, function, argument,
              "have strides of " + std::to_string(least) + " or more", detail::text_of(strides));
    if constexpr (!IsConst)
      require(detail::are_apart(extents, needed), function, argument,
              "have each stride step over what smaller ones reach, as it is written to",
              detail::text_of(strides));
  } else {
    const auto dense = detail::dense_strides<Layout>(extents);
    require(detail::needed_strides<Layout>(extents, strides) == dense, function, argument,
            "have the strides " + detail::text_of(dense) + " of a View without gaps",
            detail::text_of(strides));
  }
}

/// The View over `data`.
/// \throws std::invalid_argument where its Layout does not have such strides.
template <class Layout, class Space, class T, std::size_t Rank>
Unmanaged<T, Rank, Layout, Space> view_over(std::string_view function, std::string_view argument,
                                            T* data, const Extents<Rank>& extents,
                                            const Strides<Rank>& strides) {
  static_assert(Rank <= 8, "a View has rank 0 to 8");
  detail::require_strides<Layout, std::is_const_v<T>>(function, argument, extents, strides);
  Layout layout;
  for (std::size_t r = 0; r < Rank; ++r) layout.dimension[r] = extents[r];
  if constexpr (is_strided<Layout>) {
    const auto needed = detail::needed_strides<Layout>(extents, strides);
    for (std::size_t r = 0; r < Rank; ++r) layout.stride[r] = static_cast<std::size_t>(needed[r]);
  }
  return Unmanaged<T, Rank, Layout, Space>(data, layout);
}

}  // namespace iddpm::adapters::detail
