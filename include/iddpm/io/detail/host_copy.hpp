// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/tensor.hpp>

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

/// \file
/// The way of a View of any layout, wherever it lives, to the host.

namespace iddpm::io::detail {

template <View V>
std::vector<std::size_t> extents_of(const V& view) {
  std::vector<std::size_t> extents(V::rank());
  for (std::size_t r = 0; r < extents.size(); ++r) extents[r] = view.extent(r);
  return extents;
}

inline Kokkos::LayoutRight rows(const std::vector<std::size_t>& extents) {
  Kokkos::LayoutRight layout;
  for (std::size_t r = 0; r < extents.size(); ++r) layout.dimension[r] = extents[r];
  return layout;
}

/// The elements of `view` in rows without gaps, in the memory of `view`: `view` itself if it can.
template <ExecutionSpace Exec, ViewOn<Exec> V>
auto pack(const Exec& exec, const V& view, const std::string& label) {
  using Memory = typename V::memory_space;
  using Packed = Tensor<const value_t<V>, V::rank(), Memory>;
  const Kokkos::LayoutRight layout = detail::rows(detail::extents_of(view));
  if constexpr (std::is_same_v<typename V::array_layout, Kokkos::LayoutRight>)
    if (view.span_is_contiguous()) return Packed(view.data(), layout);
  const Tensor<value_t<V>, V::rank(), Memory> packed(
      Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, label), layout);
  Kokkos::deep_copy(exec, packed, view);
  return Packed(packed);
}

/// The elements of `view` in rows without gaps, where the host reads them; fences `exec` only.
/// The result may be `view`'s own memory, and is good as long as `view` is.
template <ExecutionSpace Exec, ViewOn<Exec> V>
auto host_copy(const Exec& exec, const V& view, const std::string& label) {
  auto packed = detail::pack(exec, view, label);
  if constexpr (ViewOn<V, Kokkos::DefaultHostExecutionSpace>) {
    exec.fence(label);
    return packed;
  } else {
    const Tensor<value_t<V>, V::rank(), Kokkos::HostSpace> host(
        Kokkos::view_alloc(Kokkos::WithoutInitializing, label), packed.layout());
    Kokkos::deep_copy(exec, host, packed);
    exec.fence(label);
    return host;
  }
}

}  // namespace iddpm::io::detail
