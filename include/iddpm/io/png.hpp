// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/io/atomic_file.hpp>
#include <iddpm/io/detail/host_copy.hpp>
#include <iddpm/io/detail/stb_image_write.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// A batch of images as one picture.

namespace iddpm::io {

/// How a batch becomes a picture.
struct PngOptions {
  std::size_t columns = 0;         ///< Images in a row; 0: as many as make the grid a square.
  std::size_t padding = 2;         ///< Pixels around and between the images.
  std::uint8_t padding_level = 0;  ///< Their level, 0 (black) to 255 (white).
  std::size_t scale = 1;           ///< Every pixel of an image becomes scale x scale pixels.
};

/// What pixels are stored as: reals in [-1, 1], or levels from 0 to 255.
template <class T>
concept Pixel = Real<T> || std::same_as<T, std::uint8_t>;

namespace detail {

/// The sizes of a batch (B, C, H, W) and of its picture, in pixels.
struct PngGrid {
  std::size_t images, channels, height, width;
  std::size_t columns, picture_height, picture_width;
};

template <View V>
PngGrid png_grid(std::string_view function, const V& images, const PngOptions& options) {
  constexpr std::size_t r = V::rank();
  const std::size_t c = r == 3 ? 1 : images.extent(1);
  const std::size_t b = images.extent(0), h = images.extent(r - 2), w = images.extent(r - 1);
  require(c == 1 || c == 3, function, "images", "have 1 or 3 channels", c);
  require(std::min({b, h, w}) > 0, function, "images", "not be empty", shape_of(images));
  require(options.scale > 0, function, "scale", "be at least 1", options.scale);
  const auto square = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(b))));
  const std::size_t columns = std::min(options.columns == 0 ? square : options.columns, b);
  const auto length = [&](std::size_t n, std::size_t size) {  // in double: nothing overflows
    const auto scale = static_cast<double>(options.scale);
    const auto gap = static_cast<double>(options.padding);
    return static_cast<double>(n) * (static_cast<double>(size) * scale + gap) + gap;
  };
  const double tall = length((b + columns - 1) / columns, h), wide = length(columns, w);
  // stb counts bytes in int, and doubles its buffers
  require(tall * wide * static_cast<double>(c) <= 268435456.0, function, "picture",
          "have at most 2^28 levels", tall * wide * static_cast<double>(c));
  return {b, c, h, w, columns, static_cast<std::size_t>(tall), static_cast<std::size_t>(wide)};
}

inline std::uint8_t to_level(std::uint8_t level) { return level; }

template <Real T>
std::uint8_t to_level(T x) {
  const double level = std::round((static_cast<double>(x) + 1) * 127.5);
  return static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0));
}

/// The picture's levels (picture_height, picture_width, channels) of `pixels` (B, C, H, W).
template <Pixel T>
std::vector<std::uint8_t> paint(const PngGrid& grid, const T* pixels, const PngOptions& options) {
  const auto& [b, channels, h, w, columns, tall, wide] = grid;
  const std::size_t scale = options.scale, gap = options.padding;
  std::vector<std::uint8_t> picture(tall * wide * channels, options.padding_level);
  for (std::size_t i = 0; i < b; ++i) {
    const std::size_t top = gap + i / columns * (h * scale + gap);
    const std::size_t left = gap + i % columns * (w * scale + gap);
    for (std::size_t y = 0; y < h * scale; ++y)
      for (std::size_t x = 0; x < w * scale; ++x)
        for (std::size_t c = 0; c < channels; ++c)
          picture[((top + y) * wide + left + x) * channels + c] =
              to_level(pixels[((i * channels + c) * h + y / scale) * w + x / scale]);
  }
  return picture;
}

struct Free {
  void operator()(unsigned char* bytes) const { std::free(bytes); }
};

inline std::string compress_png(const PngGrid& grid, const std::vector<std::uint8_t>& picture) {
  int size = 0;
  const std::unique_ptr<unsigned char, Free> png(stb::stbi_write_png_to_mem(
      picture.data(), 0, static_cast<int>(grid.picture_width),
      static_cast<int>(grid.picture_height), static_cast<int>(grid.channels), &size));
  if (!png) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(png.get()), static_cast<std::size_t>(size)};
}

template <ExecutionSpace Exec, ViewOn<Exec> V>
std::string encode_png(std::string_view function, const Exec& exec, const V& images,
                       const PngOptions& options) {
  static_assert(V::rank() == 3 || V::rank() == 4,
                "io: images must have the shape (B, H, W) or (B, C, H, W)");
  static_assert(Pixel<value_t<V>>, "io: images must be of float, double or std::uint8_t");
  const PngGrid grid = detail::png_grid(function, images, options);
  const auto host = detail::host_copy(exec, images, "iddpm::io::" + std::string(function));
  if constexpr (Real<value_t<V>>) {
    const auto lost = std::count_if(host.data(), host.data() + host.size(),
                                    [](auto x) { return !std::isfinite(x); });
    require(lost == 0, function, "images", "be finite",
            std::to_string(lost) + " non-finite values");
  }
  return detail::compress_png(grid, detail::paint(grid, host.data(), options));
}

}  // namespace detail

/// The bytes of the PNG that write_png_grid would write, to be embedded somewhere. Fences `exec`.
template <ExecutionSpace Exec, ViewOn<Exec> V>
[[nodiscard]] std::string encode_png(const Exec& exec, const V& images,
                                     const PngOptions& options = {}) {
  return detail::encode_png("encode_png", exec, images, options);
}

/// Writes a batch as one picture, row by row: image i stands in row i / columns.
/// A real x becomes the level round((x + 1) * 127.5), clamped to [0, 255]; levels stay as they are.
/// Shapes: (B, H, W), or (B, C, H, W) with C = 1 (grey) or 3 (red, green, blue); any layout.
/// Range: [-1, 1]; what is outside is clamped, what is not finite is refused. Fences `exec`.
/// \throws std::invalid_argument before anything is written; std::runtime_error
///         `write_png_grid: <path> must be writable; got <reason of the system>`.
template <ExecutionSpace Exec, ViewOn<Exec> V>
void write_png_grid(const Exec& exec, const V& images, const std::filesystem::path& path,
                    const PngOptions& options = {}) {
  const std::string png = detail::encode_png("write_png_grid", exec, images, options);
  detail::replace_file("write_png_grid", path, {png});
}

}  // namespace iddpm::io
