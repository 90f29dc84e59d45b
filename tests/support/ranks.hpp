// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>

#include <cstddef>

/// \file
/// Batches of every rank and of extents 0, 1 and 7, beside the same numbers as flat rows.

/// Calls `f(x, output)` with uninitialised batches (B, 2, ...) and (B, 4, ...) of ranks 2 to 5 and
/// B = 0, 1, 7; every sample of x has 30 elements.
template <class F>
void for_each_rank(F&& f) {
  using Exec = Kokkos::DefaultExecutionSpace;
  for (const std::size_t b : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
    using iddpm::Tensor;
    f(Tensor<float, 2, Exec>("x", b, 30), Tensor<float, 2, Exec>("output", b, 60));
    f(Tensor<float, 3, Exec>("x", b, 2, 15), Tensor<float, 3, Exec>("output", b, 4, 15));
    f(Tensor<float, 4, Exec>("x", b, 2, 3, 5), Tensor<float, 4, Exec>("output", b, 4, 3, 5));
    f(Tensor<float, 5, Exec>("x", b, 2, 1, 3, 5), Tensor<float, 5, Exec>("output", b, 4, 1, 3, 5));
  }
}
