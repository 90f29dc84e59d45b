// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/iddpm.hpp>
#include <iddpm/io.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

/// \file
/// The images: read, checked, and drawn from in batches.

namespace glyphs {

using Exec = Kokkos::DefaultExecutionSpace;
using Images = iddpm::Tensor<float, 4, Exec>;
using Levels = iddpm::Tensor<std::uint8_t, 4, Exec>;

/// 8-bit images (N, C, H, W) of training and of faces held out of it.
struct Data {
  Levels train, test;
};

inline Levels read_images(const Exec& exec, const std::filesystem::path& folder,
                          const std::string& part) {
  const auto images = folder / (part + "_images.npy"), labels = folder / (part + "_labels.npy");
  const auto levels = iddpm::io::read_npy<std::uint8_t, 4>(exec, images);
  const auto digits = iddpm::io::read_npy<std::uint8_t, 1>(exec, labels);
  iddpm::require(levels.extent(0) > 0, "glyphs", images.string(), "hold images",
                 iddpm::shape_of(levels));
  iddpm::require(levels.extent(1) == 1 || levels.extent(1) == 3, "glyphs", images.string(),
                 "have 1 or 3 channels", iddpm::shape_of(levels));
  iddpm::require(levels.extent(0) == digits.extent(0), "glyphs", labels.string(),
                 "have one label per image (" + std::to_string(levels.extent(0)) + ")",
                 digits.extent(0));
  return levels;
}

/// \throws std::exception with one sentence where a file is missing, broken or does not fit.
inline Data read_data(const Exec& exec, const std::filesystem::path& folder) {
  iddpm::require(std::filesystem::is_directory(folder), "glyphs", "--data", "be a folder",
                 folder.string());
  Data data{read_images(exec, folder, "train"), read_images(exec, folder, "test")};
  bool same = true;
  for (std::size_t r = 1; r < 4; ++r) same = same && data.train.extent(r) == data.test.extent(r);
  iddpm::require(same, "glyphs", "test images",
                 "have the size of the training images " + iddpm::shape_of(data.train),
                 iddpm::shape_of(data.test));
  return data;
}

/// A level as a number in [-1, 1]: level / 127.5 - 1.
struct FromLevels {
  Levels levels;
  Images images;
  std::size_t first;  ///< of the images, where they are taken in order

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    const std::size_t size = images.size() / images.extent(0);
    images.data()[index] =
        static_cast<float>(levels.data()[first * size + index]) * (1 / 127.5f) - 1.0f;
  }
};

/// The same for images drawn at random, with replacement: image floor(r0 N / 2^32) for sample b.
struct DrawFromLevels {
  Levels levels;
  Images images;
  iddpm::Draw draw;

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    const std::size_t size = images.size() / images.extent(0);
    const auto count = static_cast<std::uint32_t>(levels.extent(0));
    const std::uint32_t word = iddpm::words(draw, index / size, 0)[0];
    const std::size_t image = iddpm::uniform_index(word, count);
    images.data()[index] =
        static_cast<float>(levels.data()[image * size + index % size]) * (1 / 127.5f) - 1.0f;
  }
};

inline auto over(const Exec& exec, const Images& images) {
  return Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, images.size());
}

inline void draw_batch(const Exec& exec, const Levels& levels, const iddpm::Draw& draw,
                       const Images& images) {
  Kokkos::parallel_for("glyphs::draw_batch", over(exec, images),
                       DrawFromLevels{levels, images, draw});
}

/// Images first .. first + count - 1.
inline Images take(const Exec& exec, const Levels& levels, std::size_t first, std::size_t count) {
  const Images images("glyphs::images", count, levels.extent(1), levels.extent(2),
                      levels.extent(3));
  Kokkos::parallel_for("glyphs::take", over(exec, images), FromLevels{levels, images, first});
  return images;
}

}  // namespace glyphs
