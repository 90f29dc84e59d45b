// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/denoiser/detail/matrix.hpp>

#include <cstddef>

/// \file
/// How an Mlp reads labels: sample i adds row label_row(i) of a table to its timestep's embedding
/// sum. Rows 0 .. N - 1 are the classes, row N is "no label".

namespace iddpm::detail {

/// A caller's labels, in any order of any memory that Exec reaches.
template <ExecutionSpace Exec>
using LabelView = Kokkos::View<const int*, Kokkos::LayoutStride, typename Exec::memory_space,
                               Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// The row of each sample's label, -1 where there is none for it. Samples beyond the labels (those
/// that fill up the last block, and all where no labels were given) have no label.
template <ExecutionSpace Exec>
struct ReadLabels {
  LabelView<Exec> labels;
  int classes;
  Tensor<int, 1, Exec> label_row;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i)
      label_row(i) = i < labels.extent(0) ? row_of(labels(i)) : classes;
  }

  KOKKOS_INLINE_FUNCTION int row_of(int label) const {
    if (label == -1) return classes;
    return label >= 0 && label < classes ? label : -1;
  }
};

/// to += the sample's row, or NaN where its label has none.
template <class R, ExecutionSpace Exec>
struct AddLabel {
  Matrix<R, Exec> table;
  Tensor<int, 1, Exec> label_row;
  Matrix<R, Exec> to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const int row = label_row(i);
    R* const out = &to(i, 0);
    if (row < 0) {
      for (std::size_t j = begin; j < end; ++j) out[j] = Kokkos::Experimental::quiet_NaN_v<R>;
    } else {
      const R* const in = &table(static_cast<std::size_t>(row), 0);
      for (std::size_t j = begin; j < end; ++j) out[j] += in[j];
    }
  }
};

/// The sum of the rows of every label's samples, in their order. A row of the result looks at all
/// samples: no sum depends on which thread is first.
template <class R, ExecutionSpace Exec>
struct LabelSums {
  Matrix<R, Exec> from;
  Tensor<int, 1, Exec> label_row;
  Matrix<R, Exec> to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t row, std::size_t begin,
                                         std::size_t end) const {
    R* const sum = &to(row, 0);
    for (std::size_t j = begin; j < end; ++j) sum[j] = R(0);
    for (std::size_t i = 0; i < from.extent(0); ++i) {
      if (label_row(i) != static_cast<int>(row)) continue;
      const R* const in = &from(i, 0);
      for (std::size_t j = begin; j < end; ++j) sum[j] += in[j];
    }
  }
};

}  // namespace iddpm::detail
