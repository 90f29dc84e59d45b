// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/denoiser/detail/matrix.hpp>
#include <iddpm/denoiser/detail/mlp_layout.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace iddpm::detail {

template <class R>
struct Scale {
  R* values;
  R factor;

  // Not a product where the factor is zero: no negative zeros.
  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end) const {
    for (std::size_t e = begin; e < end; ++e)
      values[e] = factor == R(0) ? R(0) : factor * values[e];
  }
};

/// Labels begin apart from each other, by the size of the sum that they are added to (0.41 in a new
/// network of the default sizes). The modulation's weights, which read them, are zero at first:
/// were the rows zero too, neither would have a gradient that tells one label from another. Seen
/// with ten points as classes, 1000 steps, three seeds: three to four times the loss with rows of
/// zero.
inline constexpr double label_deviation = 0.4;

/// Parameter e is normal e of one draw times its segment's deviation: 1 / sqrt(inputs) for weights,
/// 0 for biases and for what closes a branch (modulation, second layers, output), so that a new
/// network is the pointwise head alone, with output 0. Only the head's inner weights begin apart
/// from each other: they are the modulation's biases.
template <ExecutionSpace Exec, ViewOn<Exec> Parameters>
void draw_initial_parameters(const Exec& exec, const MlpLayout& layout, std::uint64_t seed,
                             const Parameters& parameters) {
  using R = value_t<Parameters>;
  const Matrix<R, Exec> one_sample(parameters.data(), 1, layout.size);
  fill_normal(exec, NoiseStream{.seed = seed}.weights(0), one_sample);
  const auto scale = [&](std::size_t offset, std::size_t size, double deviation) {
    for_each_tile("iddpm::denoiser::initial_parameters", exec, 1, size,
                  Scale<R>{parameters.data() + offset, static_cast<R>(deviation)});
  };
  const auto segment = [&](const Segment& s, double deviation) {
    scale(s.offset, s.rows * s.columns, deviation);
  };
  const auto layer = [&](const LinearSegments& linear, double gain) {
    segment(linear.weight, gain / std::sqrt(static_cast<double>(linear.weight.rows)));
    segment(linear.bias, 0);
  };
  layer(layout.time_in, 1);
  layer(layout.time_out, 1);
  layer(layout.input, 1);
  for (const BlockSegments& block : layout.blocks) {
    segment(block.first, 1 / std::sqrt(static_cast<double>(block.first.rows)));
    layer(block.second, 0);
  }
  layer(layout.output, 0);
  segment(layout.label_rows, label_deviation);

  const HeadColumns& head = layout.head;
  const std::size_t bias = layout.modulation.bias.offset;
  segment(layout.modulation.weight, 0);
  scale(bias, head.gain(0), 0);
  scale(bias + head.map(0, 0), head_maps * head.units, std::sqrt(1.0 / head_maps));
  scale(bias + head.output(0, 0), head.end() - head.output(0, 0), 0);
}

}  // namespace iddpm::detail
