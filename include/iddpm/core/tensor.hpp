// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <cstddef>

/// \file
/// The View that the library itself allocates: row-major on every backend.

namespace iddpm {

namespace detail {

template <class T, std::size_t Rank>
struct PointerOfRank {
  using type = typename PointerOfRank<T, Rank - 1>::type*;
};

template <class T>
struct PointerOfRank<T, 0> {
  using type = T;
};

}  // namespace detail

/// A row-major View of `Rank` extents in the memory of `Space` (an execution or memory space).
/// Kokkos' own default is column-major on CUDA and HIP; images are (B, C, H, W) everywhere here.
/// Example: `Tensor<float, 4, Exec> x("images", 16, 3, 64, 64);`
template <class T, std::size_t Rank, class Space = Kokkos::DefaultExecutionSpace>
using Tensor = Kokkos::View<typename detail::PointerOfRank<T, Rank>::type, Kokkos::LayoutRight,
                            typename Space::memory_space>;

}  // namespace iddpm
