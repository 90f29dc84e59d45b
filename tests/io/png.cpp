// SPDX-License-Identifier: MIT
#include "decode_png.hpp"
#include "temporary_folder.hpp"
#include <iddpm/core/tensor.hpp>
#include <iddpm/io/png.hpp>

#include <Kokkos_Core.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using iddpm::Tensor;
using iddpm::io::encode_png;
using iddpm::io::PngOptions;
using iddpm::io::write_png_grid;
using Exec = Kokkos::DefaultExecutionSpace;
using Levels = std::vector<int>;

namespace {

/// A View (extents...) that holds `values` in row-major order.
template <class T, class... Extents>
Tensor<T, sizeof...(Extents), Exec> images(const std::vector<T>& values, Extents... extents) {
  const Tensor<T, sizeof...(Extents), Exec> view("images", static_cast<std::size_t>(extents)...);
  using Host = Kokkos::View<const T*, Kokkos::HostSpace>;
  using Flat = Kokkos::View<T*, typename Exec::memory_space>;
  Kokkos::deep_copy(Flat(view.data(), view.size()), Host(values.data(), values.size()));
  return view;
}

const PngOptions tight{.padding = 0};

template <class T>
Levels levels_of(const std::vector<T>& values) {
  return decode_png(encode_png(Exec{}, images(values, 1, 1, values.size()), tight)).levels;
}

}  // namespace

TEST_CASE_TEMPLATE("all 256 levels come back", T, float, double) {
  std::vector<T> values;
  Levels wanted;
  for (int level = 0; level < 256; ++level) {
    values.push_back(static_cast<T>(level) / T(127.5) - 1);
    wanted.push_back(level);
  }
  CHECK(levels_of(values) == wanted);
}

TEST_CASE_TEMPLATE("reals are rounded to the nearest level, and clamped", T, float, double) {
  CHECK(levels_of<T>({-1, 0, 1, T(-0.5), T(0.5)}) == Levels{0, 128, 255, 64, 191});
  for (int level = 0; level < 255; ++level) {
    const T below = T(level + 0.49) / T(127.5) - 1, above = T(level + 0.51) / T(127.5) - 1;
    CHECK(levels_of<T>({below, above}) == Levels{level, level + 1});
  }
  using Limits = std::numeric_limits<T>;
  CHECK(levels_of<T>({T(-1.001), T(1.001), Limits::lowest(), Limits::max()}) ==
        Levels{0, 255, 0, 255});
}

TEST_CASE("levels stay as they are") {
  CHECK(levels_of<std::uint8_t>({0, 1, 127, 128, 255}) == Levels{0, 1, 127, 128, 255});
}

TEST_CASE("images stand in rows, as nearly a square as they give, with padding around") {
  const auto batch = images<std::uint8_t>({1, 2, 3, 4, 5, 6}, 3, 1, 2);
  const Picture picture = decode_png(encode_png(Exec{}, batch, {.padding = 1, .padding_level = 9}));
  CHECK(picture.width == 7);
  CHECK(picture.height == 5);
  CHECK(picture.levels == Levels{9, 9, 9, 9, 9, 9, 9,  //
                                 9, 1, 2, 9, 3, 4, 9,  //
                                 9, 9, 9, 9, 9, 9, 9,  //
                                 9, 5, 6, 9, 9, 9, 9,  //
                                 9, 9, 9, 9, 9, 9, 9});
}

TEST_CASE("the caller may choose the columns; more than there are images are not drawn") {
  const auto batch = images<std::uint8_t>({1, 2, 3, 4, 5, 6}, 6, 1, 1);
  const auto shape = [&](std::size_t columns) {
    const Picture p = decode_png(encode_png(Exec{}, batch, {.columns = columns, .padding = 0}));
    CHECK(p.levels == Levels{1, 2, 3, 4, 5, 6});
    return std::pair(p.height, p.width);
  };
  CHECK(shape(1) == std::pair(6, 1));
  CHECK(shape(0) == std::pair(2, 3));
  CHECK(shape(3) == std::pair(2, 3));
  CHECK(shape(6) == std::pair(1, 6));
  CHECK(shape(100) == std::pair(1, 6));
}

TEST_CASE("a scale makes every pixel a square of pixels, and leaves the padding") {
  const auto batch = images<std::uint8_t>({1, 2, 3, 4}, 1, 2, 2);
  const Picture p = decode_png(encode_png(Exec{}, batch, {.padding = 1, .scale = 2}));
  CHECK(p.levels == Levels{0, 0, 0, 0, 0, 0,  //
                           0, 1, 1, 2, 2, 0,  //
                           0, 1, 1, 2, 2, 0,  //
                           0, 3, 3, 4, 4, 0,  //
                           0, 3, 3, 4, 4, 0,  //
                           0, 0, 0, 0, 0, 0});
}

TEST_CASE("three channels are red, green and blue; one is grey") {
  const std::vector<std::uint8_t> planes{1, 2, 11, 12, 21, 22};
  const Picture rgb = decode_png(encode_png(Exec{}, images(planes, 1, 3, 1, 2), tight));
  CHECK(rgb.channels == 3);
  CHECK(rgb.levels == Levels{1, 11, 21, 2, 12, 22});
  const Picture grey = decode_png(encode_png(Exec{}, images(planes, 3, 1, 1, 2), tight));
  CHECK(grey.channels == 1);
  CHECK(grey.levels == Levels{1, 2, 11, 12, 21, 22, 0, 0});
}

TEST_CASE("Views of every layout give the same picture") {
  std::vector<float> values(2 * 3 * 4 * 5);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 2 * static_cast<float>(i) / 119 - 1;
  const auto right = images(values, 2, 3, 4, 5);
  const Kokkos::View<float****, Kokkos::LayoutLeft, Exec> left("left", 2, 3, 4, 5);
  const Kokkos::View<float*****, Kokkos::LayoutLeft, Exec> wide("wide", 2, 3, 4, 2, 5);
  const auto strided = Kokkos::subview(wide, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL, 1, Kokkos::ALL);
  Kokkos::deep_copy(left, right);
  Kokkos::deep_copy(strided, right);
  const std::string wanted = encode_png(Exec{}, right);
  CHECK(decode_png(wanted).levels.size() == std::size_t{3 * (4 + 2 * 2) * (2 * 5 + 3 * 2)});
  CHECK(encode_png(Exec{}, left) == wanted);
  CHECK(encode_png(Exec{}, strided) == wanted);
  CHECK(encode_png(Exec{}, Tensor<const float, 4, Exec>(right)) == wanted);
}

TEST_CASE("the file holds the encoded bytes") {
  const TemporaryFolder folder;
  const auto batch = images<float>({-1, 0, 1}, 3, 1, 1, 1);
  write_png_grid(Exec{}, batch, folder / "a.png");
  CHECK(folder.get("a.png") == encode_png(Exec{}, batch));
  write_png_grid(Exec{}, batch, folder / "a.png", {.columns = 3, .padding_level = 255});
  CHECK(folder.get("a.png") == encode_png(Exec{}, batch, {.columns = 3, .padding_level = 255}));
  CHECK(folder.count() == 1);
}

namespace {

/// What write_png_grid says about `batch`, having written nothing.
template <class Batch>
std::string refusal(const Batch& batch, const PngOptions& options = {}) {
  const TemporaryFolder folder;
  const std::string text = folder.sentence<std::invalid_argument>(
      [&] { write_png_grid(Exec{}, batch, folder / "a.png", options); });
  CHECK(folder.count() == 0);
  return text;
}

}  // namespace

TEST_CASE("values that are not finite are counted and refused, never black") {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(refusal(images<float>({inf, 0, -inf, nan}, 1, 1, 2, 2)) ==
        "write_png_grid: images must be finite; got 3 non-finite values");
  const TemporaryFolder folder;
  const auto batch = images<double>({std::numeric_limits<double>::quiet_NaN()}, 1, 1, 1);
  CHECK(folder.sentence<std::invalid_argument>([&] { (void)encode_png(Exec{}, batch); }) ==
        "encode_png: images must be finite; got 1 non-finite values");
}

TEST_CASE("shapes that make no picture are refused") {
  CHECK(refusal(Tensor<float, 4, Exec>("x", 1, 4, 2, 2)) ==
        "write_png_grid: images must have 1 or 3 channels; got 4");
  CHECK(refusal(Tensor<float, 4, Exec>("x", 1, 0, 2, 2)) ==
        "write_png_grid: images must have 1 or 3 channels; got 0");
  CHECK(refusal(Tensor<float, 4, Exec>("x", 0, 3, 2, 2)) ==
        "write_png_grid: images must not be empty; got (0, 3, 2, 2)");
  CHECK(refusal(Tensor<float, 3, Exec>("x", 2, 2, 0)) ==
        "write_png_grid: images must not be empty; got (2, 2, 0)");
}

TEST_CASE("options that make no picture are refused") {
  const Tensor<float, 3, Exec> x("x", 1, 2, 2);
  CHECK(refusal(x, {.scale = 0}) == "write_png_grid: scale must be at least 1; got 0");
  CHECK(refusal(x, {.padding = 8192}) ==
        "write_png_grid: picture must have at most 2^28 levels; got 268500996");
  CHECK(refusal(x, {.scale = std::numeric_limits<std::size_t>::max()})
            .starts_with("write_png_grid: picture must have at most 2^28 levels; got 1.36"));
}

TEST_CASE("a path that cannot be written is refused") {
  const TemporaryFolder folder;
  folder.put("file", "");
  const Tensor<float, 3, Exec> x("x", 1, 2, 2);
  const auto write = [&] { write_png_grid(Exec{}, x, folder / "file/a"); };
  CHECK(folder.sentence<std::runtime_error>(write) ==
        "write_png_grid: file/a must be writable; got Not a directory");
}
