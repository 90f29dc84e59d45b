// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/detail/label_rows.hpp>
#include <iddpm/denoiser/detail/layer_norm.hpp>
#include <iddpm/denoiser/detail/matrix.hpp>
#include <iddpm/denoiser/detail/mlp_kernels.hpp>
#include <iddpm/denoiser/detail/mlp_layout.hpp>
#include <iddpm/denoiser/detail/mlp_workspace.hpp>
#include <iddpm/denoiser/detail/pointwise_head.hpp>
#include <iddpm/launch/for_each_tile.hpp>

#include <cstddef>

namespace iddpm::detail {

/// The way through an Mlp from its inputs in the workspace to the maps, and back.
template <Real R, ExecutionSpace Exec, class Gemm>
class MlpPass {
 public:
  using M = Matrix<R, Exec>;

  MlpPass(const Exec& exec, const MlpLayout& layout, const MlpWorkspace<R, Exec>& work,
          R* parameters)
      : exec_(exec), layout_(layout), work_(work), parameters_(parameters) {}

  [[nodiscard]] HeadInputs<R, Exec> head_inputs() const {
    return {work_.x, work_.maps, work_.modulation, layout_.head};
  }

  void forward() const {
    embed_time();
    linear(work_.x, layout_.input, work_.trunk);
    for (std::size_t b = 0; b < work_.blocks.size(); ++b) {
      const auto& [normal, moments, u, a] = work_.blocks[b];
      normalise(work_.trunk, moments, normal);
      product(normal, matrix(layout_.blocks[b].first), u, Result::overwritten);
      rows("iddpm::denoiser::modulate", u, Modulate<R, Exec>{u, work_.modulation, a, column(b)});
      add_row(layout_.blocks[b].second.bias, work_.trunk);
      product(a, matrix(layout_.blocks[b].second.weight), work_.trunk, Result::added_to);
    }
    normalise(work_.trunk, work_.last_moments, work_.last_normal);
    linear(work_.last_normal, layout_.output, work_.maps);
  }

  /// From the gradient with respect to the model output to that with respect to all parameters.
  void backward(R* gradient) const {
    const auto& w = work_;
    head_backward();
    linear_backward(w.last_normal, layout_.output, w.d_maps, gradient);
    product(w.d_maps, transposed(matrix(layout_.output.weight)), w.d_normal, Result::overwritten);
    fill_zero(w.d_trunk);
    normalise_backward(w.last_normal, w.last_moments);
    for (std::size_t b = w.blocks.size(); b-- > 0;) block_backward(b, gradient);
    linear_backward(w.x, layout_.input, w.d_trunk, gradient);
    time_backward(gradient);
  }

 private:
  const Exec& exec_;
  const MlpLayout& layout_;
  const MlpWorkspace<R, Exec>& work_;
  R* parameters_;

  [[nodiscard]] M matrix(const Segment& s) const { return matrix(s, parameters_); }
  [[nodiscard]] static M matrix(const Segment& s, R* flat) {
    return M(flat + s.offset, s.rows, s.columns);
  }

  // A block's scales begin here in the modulation, its shifts one width later.
  [[nodiscard]] std::size_t column(std::size_t block) const {
    return 2 * work_.trunk.extent(1) * block;
  }

  template <class Functor>
  void rows(const char* label, const M& like, const Functor& functor) const {
    for_each_tile(label, exec_, like.extent(0), like.extent(1), functor);
  }

  template <class A, class B>
  void product(const A& a, const B& b, const M& c, Result result) const {
    Gemm::multiply("iddpm::denoiser::product", exec_, a, b, c, result);
  }

  void add_row(const Segment& row, const M& to) const {
    rows("iddpm::denoiser::add_row", to, AddRow<R, Exec>{matrix(row), to});
  }

  void fill_zero(const M& to) const {
    rows("iddpm::denoiser::fill_zero", to, FillZero<R, Exec>{to});
  }

  void linear(const M& x, const LinearSegments& layer, const M& y) const {
    product(x, matrix(layer.weight), y, Result::overwritten);
    add_row(layer.bias, y);
  }

  void linear_backward(const M& x, const LinearSegments& layer, const M& d_y, R* gradient) const {
    product(transposed(x), d_y, matrix(layer.weight, gradient), Result::overwritten);
    const M sums = matrix(layer.bias, gradient);
    rows("iddpm::denoiser::column_sums", sums, ColumnSums<R, Exec>{d_y, sums});
  }

  void activate(const M& x, const M& y) const {
    rows("iddpm::denoiser::silu", x, Silu<R, Exec>{x, y});
  }

  void activate_backward(const M& x, const M& gradient) const {
    rows("iddpm::denoiser::silu_backward", x, SiluBackward<R, Exec>{x, gradient});
  }

  void embed_time() const {
    linear(work_.time, layout_.time_in, work_.time_sum);
    activate(work_.time_sum, work_.time_hidden);
    linear(work_.time_hidden, layout_.time_out, work_.embedding_sum);
    if (layout_.label_rows.rows > 0)
      rows("iddpm::denoiser::add_label", work_.embedding_sum,
           AddLabel<R, Exec>{matrix(layout_.label_rows), work_.label_row, work_.embedding_sum});
    activate(work_.embedding_sum, work_.embedding);
    linear(work_.embedding, layout_.modulation, work_.modulation);
  }

  void time_backward(R* gradient) const {
    const auto& w = work_;
    linear_backward(w.embedding, layout_.modulation, w.d_modulation, gradient);
    product(w.d_modulation, transposed(matrix(layout_.modulation.weight)), w.d_embedding,
            Result::overwritten);
    activate_backward(w.embedding_sum, w.d_embedding);
    label_backward(gradient);
    linear_backward(w.time_hidden, layout_.time_out, w.d_embedding, gradient);
    product(w.d_embedding, transposed(matrix(layout_.time_out.weight)), w.d_time,
            Result::overwritten);
    activate_backward(w.time_sum, w.d_time);
    linear_backward(w.time, layout_.time_in, w.d_time, gradient);
  }

  void label_backward(R* gradient) const {
    if (layout_.label_rows.rows == 0) return;
    const M sums = matrix(layout_.label_rows, gradient);
    rows("iddpm::denoiser::label_sums", sums,
         LabelSums<R, Exec>{work_.d_embedding, work_.label_row, sums});
  }

  void normalise(const M& x, const M& moments, const M& normal) const {
    reduce_samples<2>("iddpm::denoiser::moments", exec_, x.extent(0), x.extent(1),
                      RowMoments<R, Exec>{x},
                      WriteMoments<R, Exec>{moments, static_cast<double>(x.extent(1))});
    rows("iddpm::denoiser::normalise", x, Normalise<R, Exec>{x, moments, normal});
  }

  // From d_normal, the gradient with respect to a normalised trunk, adds to d_trunk.
  void normalise_backward(const M& normal, const M& moments) const {
    const auto& w = work_;
    reduce_samples<2>("iddpm::denoiser::gradient_moments", exec_, normal.extent(0),
                      normal.extent(1), GradientMoments<R, Exec>{w.d_normal, normal},
                      WriteMeans<R, Exec>{w.d_means, static_cast<double>(normal.extent(1))});
    rows("iddpm::denoiser::normalise_backward", normal,
         NormaliseBackward<R, Exec>{w.d_normal, normal, moments, w.d_means, w.d_trunk});
  }

  void block_backward(std::size_t b, R* gradient) const {
    const auto& w = work_;
    const auto& [normal, moments, u, a] = w.blocks[b];
    const BlockSegments& block = layout_.blocks[b];
    linear_backward(a, block.second, w.d_trunk, gradient);
    product(w.d_trunk, transposed(matrix(block.second.weight)), w.d_hidden, Result::overwritten);
    rows("iddpm::denoiser::modulate_backward", u,
         ModulateBackward<R, Exec>{u, w.modulation, w.d_hidden, w.d_modulation, column(b)});
    product(transposed(normal), w.d_hidden, matrix(block.first, gradient), Result::overwritten);
    product(w.d_hidden, transposed(matrix(block.first)), w.d_normal, Result::overwritten);
    normalise_backward(normal, moments);
  }

  void head_backward() const {
    const auto inputs = head_inputs();
    const auto& w = work_;
    const std::size_t data = w.x.extent(1);
    reduce_samples<4 + head_maps>("iddpm::denoiser::head_unit_backward", exec_, w.d_units.extent(0),
                                  data, HeadUnitBackward<R, Exec>{inputs, w.d_output, w.d_units},
                                  WriteUnitGradient<R, Exec>{w.d_modulation, layout_.head});
    reduce_samples<2>("iddpm::denoiser::head_skip_backward", exec_, w.x.extent(0), data,
                      HeadSkipBackward<R, Exec>{inputs, w.d_output},
                      WriteSkipGradient<R, Exec>{w.d_modulation, layout_.head});
    for_each_tile("iddpm::denoiser::head_maps_backward", exec_, w.x.extent(0), data,
                  HeadMapsBackward<R, Exec>{inputs, w.d_units, w.d_maps});
  }
};

}  // namespace iddpm::detail
