// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/adapters/detail/strided.hpp>
#include <iddpm/core/concepts.hpp>

#include <Kokkos_Core.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <version>

#if defined(__cpp_lib_mdspan)
#include <mdspan>
#endif

/// \file
/// mdspan, Kokkos' and the standard library's, and Views: the same memory, never a copy. Nobody
/// owns it. A View of Kokkos converts itself to a Kokkos::mdspan, but of a padded layout and an
/// accessor of Kokkos' own, which differ by version; these are what functions on mdspans take:
/// layout_right, layout_left or layout_stride, and the default accessor.

namespace iddpm::adapters {

namespace detail {

#if defined(KOKKOS_ENABLE_IMPL_MDSPAN)
struct KokkosMdspan {
  template <class T, class Layout, std::size_t... N>
  using type = Kokkos::mdspan<T, Kokkos::extents<std::size_t, N...>, Layout>;
  using right = Kokkos::layout_right;
  using left = Kokkos::layout_left;
  using stride = Kokkos::layout_stride;
};
#else
struct KokkosMdspan {  // there is none
  using right = void;
  using left = void;
};
#endif

#if defined(__cpp_lib_mdspan)
struct StdMdspan {
  template <class T, class Layout, std::size_t... N>
  using type = std::mdspan<T, std::extents<std::size_t, N...>, Layout>;
  using right = std::layout_right;
  using left = std::layout_left;
  using stride = std::layout_stride;
};
#else
struct StdMdspan {  // there is none
  using right = void;
  using left = void;
};
#endif

template <class Family, View V>
using MdspanLayout = std::conditional_t<
    is_strided<typename V::array_layout>, typename Family::stride,
    std::conditional_t<std::is_same_v<typename V::array_layout, Kokkos::LayoutLeft>,
                       typename Family::left, typename Family::right>>;

// A View's static extents stay static.
template <View V>
constexpr std::size_t mdspan_extent(std::size_t r) {
  return r < V::rank_dynamic() ? std::dynamic_extent : V::static_extent(static_cast<unsigned>(r));
}

template <class Family, View V, std::size_t... R>
auto to_mdspan(std::string_view function, const V& view, std::index_sequence<R...>) {
  using Layout = typename V::array_layout;
  using Span = typename Family::template type<typename V::value_type, MdspanLayout<Family, V>,
                                              detail::mdspan_extent<V>(R)...>;
  const auto strides = detail::strides_of(view);
  detail::require_strides<Layout, false>(function, "view", detail::extents_of(view), strides);
  const typename Span::extents_type extents(view.extent(R)...);
  if constexpr (is_strided<Layout>) {
    const auto needed = detail::needed_strides<Layout>(detail::extents_of(view), strides);
    const std::array<std::size_t, V::rank()> all{static_cast<std::size_t>(needed[R])...};
    return Span(view.data(), typename Span::mapping_type(extents, all));
  } else {
    return Span(view.data(), typename Span::mapping_type(extents));
  }
}

template <class M>
concept AnyMdspan = requires(const M& m) {
  typename M::accessor_type;
  typename M::data_handle_type;
  typename M::layout_type;
  { m.extents().rank() } -> std::convertible_to<std::size_t>;
  m.mapping();
};

// Are the elements an array in memory, and nothing between it and its reader?
template <class M>
inline constexpr bool has_default_accessor =
    std::is_same_v<typename M::data_handle_type, typename M::element_type*>&&
        std::is_same_v<typename M::reference, typename M::element_type&>;

// Accessors of Kokkos may name a space.
template <class Accessor, class Space>
inline constexpr bool is_in_space = true;

template <class Accessor, class Space>
requires requires { typename Accessor::memory_space; }
inline constexpr bool is_in_space<Accessor, Space> =
    std::is_same_v<typename Accessor::memory_space, typename Space::memory_space>;

template <class Layout>
using LayoutOfMdspan =
    std::conditional_t<std::is_same_v<Layout, KokkosMdspan::right> ||
                           std::is_same_v<Layout, StdMdspan::right>,
                       Kokkos::LayoutRight,
                       std::conditional_t<std::is_same_v<Layout, KokkosMdspan::left> ||
                                              std::is_same_v<Layout, StdMdspan::left>,
                                          Kokkos::LayoutLeft, Kokkos::LayoutStride>>;

}  // namespace detail

#if defined(KOKKOS_ENABLE_IMPL_MDSPAN)
/// A View as a Kokkos::mdspan of its rank and static extents: LayoutRight is layout_right,
/// LayoutLeft layout_left, LayoutStride layout_stride. Its memory is where the View's is.
/// \throws std::invalid_argument where a LayoutRight or LayoutLeft View is padded (as a
/// LayoutStride
///         View, to which it converts, it is a layout_stride), or a stride is 0.
template <View V>
[[nodiscard]] auto to_mdspan(const V& view) {
  return detail::to_mdspan<detail::KokkosMdspan>("to_mdspan", view,
                                                 std::make_index_sequence<V::rank()>());
}
#endif

#if defined(__cpp_lib_mdspan)
/// The same as a std::mdspan (C++23).
template <View V>
[[nodiscard]] auto to_std_mdspan(const V& view) {
  return detail::to_mdspan<detail::StdMdspan>("to_std_mdspan", view,
                                              std::make_index_sequence<V::rank()>());
}
#endif

/// An mdspan, Kokkos' or std, as a View on `Space`, an execution or memory space in which its
/// memory lies: layout_right is LayoutRight, layout_left LayoutLeft, any other strided mapping
/// LayoutStride. Example: `view_of<Exec>(mdspan)`. \throws std::invalid_argument where the strides
/// are not those of a View.
template <class Space = Kokkos::HostSpace, detail::AnyMdspan Mdspan>
[[nodiscard]] auto view_of(const Mdspan& mdspan) {
  static_assert(detail::has_default_accessor<Mdspan>,
                "view_of: mdspan must have the default accessor, or one that is as plain");
  static_assert(detail::is_in_space<typename Mdspan::accessor_type, Space>,
                "view_of: mdspan must lie in the memory of Space");
  static_assert(Mdspan::is_always_strided(), "view_of: mdspan must have a strided layout");
  constexpr std::size_t rank = Mdspan::rank();
  detail::Extents<rank> extents{};
  detail::Strides<rank> strides{};
  if constexpr (rank > 0)
    for (std::size_t r = 0; r < rank; ++r) {
      extents[r] = static_cast<std::size_t>(mdspan.extent(r));
      strides[r] = static_cast<std::ptrdiff_t>(mdspan.stride(r));
    }
  using Layout = detail::LayoutOfMdspan<typename Mdspan::layout_type>;
  return detail::view_over<Layout, Space>("view_of", "mdspan", mdspan.data_handle(), extents,
                                          strides);
}

}  // namespace iddpm::adapters
