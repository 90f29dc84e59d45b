// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

namespace iddpm::detail {

/// A matrix in memory that somebody else owns: row-major, or (as LayoutLeft) its transpose.
template <Real R, ExecutionSpace Exec, class Layout = Kokkos::LayoutRight>
using Matrix =
    Kokkos::View<R**, Layout, typename Exec::memory_space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// The same memory read as the transpose.
template <class R, class Space>
auto transposed(const Kokkos::View<R**, Kokkos::LayoutRight, Space,
                                   Kokkos::MemoryTraits<Kokkos::Unmanaged>>& matrix) {
  return Kokkos::View<R**, Kokkos::LayoutLeft, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>(
      matrix.data(), matrix.extent(1), matrix.extent(0));
}

/// What a product does with the numbers that its result held before.
enum class Result { overwritten, added_to };

}  // namespace iddpm::detail
