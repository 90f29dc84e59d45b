// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace iddpm {

/// The sizes of an Mlp.
struct MlpOptions {
  int data_size = 0;        ///< D, elements per sample of x_t
  int output_size = 0;      ///< D, or 2 D where the variance is learned
  int width = 512;          ///< W, features of the trunk
  int blocks = 4;           ///< residual blocks of the trunk
  int time_features = 128;  ///< cosines and sines of the timestep
  int embedding = 128;      ///< E, what the timestep is embedded to
  int head_units = 8;       ///< K, units of the pointwise head
  int labels = 0;           ///< classes that samples may be told to be of; 0: no such input
};

namespace detail {

inline void require_valid(const MlpOptions& o) {
  require(o.data_size >= 1, "Mlp", "data_size", "be at least 1", o.data_size);
  require(o.output_size == o.data_size || o.output_size == 2 * o.data_size, "Mlp", "output_size",
          "be data_size or twice it (" + std::to_string(o.data_size) + ")", o.output_size);
  require(o.width >= 1, "Mlp", "width", "be at least 1", o.width);
  require(o.blocks >= 1, "Mlp", "blocks", "be at least 1", o.blocks);
  require(o.time_features >= 2 && o.time_features % 2 == 0, "Mlp", "time_features",
          "be even and at least 2", o.time_features);
  require(o.embedding >= 1, "Mlp", "embedding", "be at least 1", o.embedding);
  require(o.head_units >= 1, "Mlp", "head_units", "be at least 1", o.head_units);
  require(o.labels >= 0, "Mlp", "labels", "be at least 0", o.labels);
}

/// A matrix or (one row) a vector inside the flat parameters.
struct Segment {
  std::size_t offset = 0, rows = 0, columns = 0;
};

/// y = x weight + bias, for rows x.
struct LinearSegments {
  Segment weight, bias;
};

struct BlockSegments {
  Segment first;  // its bias is the modulation's shift
  LinearSegments second;
};

/// The maps that the trunk hands to the head, per element of a sample.
inline constexpr std::size_t head_maps = 2;

/// Where in a sample's modulation row the weights of the pointwise head stand.
struct HeadColumns {
  std::size_t base = 0, units = 0, outputs = 0;

  KOKKOS_INLINE_FUNCTION std::size_t gain(std::size_t k) const { return base + k; }
  KOKKOS_INLINE_FUNCTION std::size_t offset(std::size_t k) const { return base + units + k; }
  KOKKOS_INLINE_FUNCTION std::size_t map(std::size_t m, std::size_t k) const {
    return base + (2 + m) * units + k;
  }
  KOKKOS_INLINE_FUNCTION std::size_t output(std::size_t c, std::size_t k) const {
    return base + (2 + head_maps + c) * units + k;
  }
  KOKKOS_INLINE_FUNCTION std::size_t skip(std::size_t c) const { return output(outputs, 0) + c; }
  KOKKOS_INLINE_FUNCTION std::size_t end() const { return skip(outputs); }
};

/// Where every parameter stands in the flat vector.
class MlpLayout {
 public:
  LinearSegments time_in, time_out, modulation, input, output;
  std::vector<BlockSegments> blocks;
  HeadColumns head;
  Segment label_rows;  // one per class, then "no label"; none where the network has no labels
  std::size_t size = 0;

  explicit MlpLayout(const MlpOptions& options) {
    require_valid(options);
    const auto data = static_cast<std::size_t>(options.data_size);
    const auto width = static_cast<std::size_t>(options.width);
    const auto depth = static_cast<std::size_t>(options.blocks);
    const auto embedding = static_cast<std::size_t>(options.embedding);
    head = {2 * width * depth, static_cast<std::size_t>(options.head_units),
            static_cast<std::size_t>(options.output_size / options.data_size)};
    time_in = linear(static_cast<std::size_t>(options.time_features), embedding);
    time_out = linear(embedding, embedding);
    modulation = linear(embedding, head.end());
    input = linear(data, width);
    for (std::size_t i = 0; i < depth; ++i) {
      const Segment first = take(width, width);
      blocks.push_back({first, linear(width, width)});
    }
    output = linear(width, head_maps * data);
    // Last: the other parameters stand, and begin, where they do without labels.
    if (options.labels > 0)
      label_rows = take(static_cast<std::size_t>(options.labels) + 1, embedding);
  }

 private:
  Segment take(std::size_t rows, std::size_t columns) {
    const Segment segment{size, rows, columns};
    size += rows * columns;
    return segment;
  }

  LinearSegments linear(std::size_t inputs, std::size_t outputs) {
    const Segment weight = take(inputs, outputs);
    return {weight, take(1, outputs)};
  }
};

}  // namespace detail
}  // namespace iddpm
