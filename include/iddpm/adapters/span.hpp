// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/adapters/detail/strided.hpp>
#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

/// \file
/// std::span and Views: the same memory, never a copy. Neither owns it.

namespace iddpm::adapters {

namespace detail {

// Do the elements fill a piece of memory, in whatever order of the axes?
template <View V>
bool has_no_gaps(const V& view) {
  std::array<std::pair<std::size_t, std::size_t>, V::rank()> axes{};  // strides, extents
  for (std::size_t r = 0; r < V::rank(); ++r) axes[r] = {view.stride(r), view.extent(r)};
  std::sort(axes.begin(), axes.end());
  std::size_t filled = 1;
  for (const auto& [stride, extent] : axes) {
    if (extent > 1 && stride != filled) return false;
    filled *= extent;
  }
  return true;
}

}  // namespace detail

/// The elements of a View of any rank, in the order in which they lie in memory.
/// \throws std::invalid_argument where there are gaps between them.
template <View V>
[[nodiscard]] std::span<typename V::value_type> to_span(const V& view) {
  static_assert(detail::HostView<V>, "to_span: view must lie in memory that the host can reach");
  require(view.size() == 0 || detail::has_no_gaps(view), "to_span", "view",
          "have no gaps between its elements",
          "extents " + shape_of(view) + ", strides " + detail::text_of(detail::strides_of(view)));
  return {view.data(), view.size()};
}

/// A row-major View over `elements`, of rank 1, or of the extents that are named.
/// Example: `view_of(std::span(vector), 16, 3, 64, 64)`.
/// \throws std::invalid_argument unless the extents' product is the number of elements.
template <class T, std::size_t N, std::convertible_to<std::size_t>... Sizes>
[[nodiscard]] auto view_of(std::span<T, N> elements, Sizes... extents) {
  constexpr std::size_t rank = sizeof...(Sizes) == 0 ? 1 : sizeof...(Sizes);
  detail::Extents<rank> all{elements.size()};
  if constexpr (sizeof...(Sizes) > 0) all = {static_cast<std::size_t>(extents)...};
  std::size_t left = elements.size();  // divided, for a product might overflow
  bool fits = true, empty = false;
  for (const std::size_t extent : all) {
    empty = empty || extent == 0;
    fits = fits && extent > 0 && left % extent == 0;
    if (fits) left /= extent;
  }
  require(empty ? elements.empty() : fits && left == 1, "view_of", "extents",
          "hold the span's " + std::to_string(elements.size()) + " elements", detail::text_of(all));
  return detail::view_over<Kokkos::LayoutRight, Kokkos::HostSpace>(
      "view_of", "elements", elements.data(), all, detail::dense_strides<Kokkos::LayoutRight>(all));
}

}  // namespace iddpm::adapters
