// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/denoiser/detail/matrix.hpp>
#include <iddpm/denoiser/detail/mlp_layout.hpp>

#include <cstddef>
#include <vector>

namespace iddpm::detail {

/// The matrices of one forward and one backward pass, in one allocation. Rows are samples, filled
/// up to whole groups of eight: then Eigen's kernel treats every row alike, and a sample's output
/// has the same bits in any batch.
template <Real R, ExecutionSpace Exec>
class MlpWorkspace {
 public:
  struct Block {
    Matrix<R, Exec> normal, moments, u, a;
  };

  Matrix<R, Exec> x, time, time_sum, time_hidden, embedding_sum, embedding, modulation;
  Matrix<R, Exec> trunk, last_normal, last_moments, maps;
  std::vector<Block> blocks;
  Matrix<R, Exec> d_output, d_units, d_maps, d_modulation, d_trunk, d_hidden, d_normal, d_means;
  Matrix<R, Exec> d_embedding, d_time;
  Tensor<int, 1, Exec> label_row;  // of each sample; empty where the network has no labels
  std::size_t samples = 0;

  MlpWorkspace(const Exec& exec, const MlpLayout& layout, std::size_t batch)
      : samples(batch), rows_(batch == 0 ? 8 : (batch + 7) / 8 * 8) {
    place(layout);
    storage_ = Tensor<R, 1, Exec>(
        Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::denoiser::mlp_workspace"),
        used_);
    used_ = 0;
    place(layout);
    if (layout.label_rows.rows > 0)
      label_row = Tensor<int, 1, Exec>(
          Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::denoiser::label_row"),
          rows_);
  }

 private:
  std::size_t rows_, used_ = 0;
  Tensor<R, 1, Exec> storage_;

  // Called twice: to count, and to hand out.
  void place(const MlpLayout& layout) {
    const std::size_t data = layout.input.weight.rows, width = layout.input.weight.columns;
    const std::size_t embedded = layout.time_in.weight.columns;
    x = take(data);
    time = take(layout.time_in.weight.rows);
    for (auto* matrix : {&time_sum, &time_hidden, &d_time}) *matrix = take(embedded);
    for (auto* matrix : {&embedding_sum, &embedding, &d_embedding}) *matrix = take(embedded);
    for (auto* matrix : {&modulation, &d_modulation}) *matrix = take(layout.head.end());
    for (auto* matrix : {&trunk, &last_normal, &d_trunk, &d_hidden, &d_normal})
      *matrix = take(width);
    for (auto* matrix : {&last_moments, &d_means}) *matrix = take(2);
    blocks.resize(layout.blocks.size());
    for (auto& block : blocks) block = {take(width), take(2), take(width), take(width)};
    for (auto* matrix : {&maps, &d_maps}) *matrix = take(head_maps * data);
    d_output = take(layout.head.outputs * data);
    d_units = take(data, rows_ * layout.head.units);
  }

  Matrix<R, Exec> take(std::size_t columns) { return take(columns, rows_); }

  Matrix<R, Exec> take(std::size_t columns, std::size_t rows) {
    R* const start = storage_.data() == nullptr ? nullptr : storage_.data() + used_;
    used_ += (rows * columns + 15) / 16 * 16;  // every matrix begins a cache line
    return Matrix<R, Exec>(start, rows, columns);
  }
};

}  // namespace iddpm::detail
