// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/iddpm.hpp>
#include <iddpm/io.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

/// \file
/// The images of examples/glyphs/data, which all examples share: read, checked, and drawn from.

namespace glyphs {

using Exec = Kokkos::DefaultExecutionSpace;
using Images = iddpm::Tensor<float, 4, Exec>;         ///< in [-1, 1]
using Levels = iddpm::Tensor<std::uint8_t, 4, Exec>;  ///< 0 to 255
using Labels = iddpm::Tensor<int, 1, Exec>;           ///< the digits

/// 8-bit images (N, C, H, W) and what each shows (N).
struct Glyphs {
  Levels levels;
  Labels labels;
};

struct LabelsFromBytes {
  iddpm::Tensor<std::uint8_t, 1, Exec> bytes;
  Labels labels;

  KOKKOS_FUNCTION void operator()(std::size_t index) const { labels(index) = bytes(index); }
};

/// Image `source(b)` for each b of a batch, its levels as numbers in [-1, 1]: level / 127.5 - 1.
template <class Source>
struct FromLevels {
  Levels levels;
  Images images;
  Source source;

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    const std::size_t size = images.size() / images.extent(0);
    const std::size_t image = source(index / size);
    images.data()[index] =
        static_cast<float>(levels.data()[image * size + index % size]) * (1 / 127.5f) - 1.0f;
  }
};

template <class Source>
struct LabelsOf {
  Labels from, labels;
  Source source;

  KOKKOS_FUNCTION void operator()(std::size_t index) const { labels(index) = from(source(index)); }
};

/// Images taken in order.
struct InOrder {
  std::size_t first;

  KOKKOS_FUNCTION std::size_t operator()(std::size_t sample) const { return first + sample; }
};

/// Images from all over the set.
struct Spread {
  std::size_t count, of;

  KOKKOS_FUNCTION std::size_t operator()(std::size_t sample) const { return sample * of / count; }
};

/// Images drawn at random, with replacement: image floor(r0 N / 2^32) for sample b.
struct Drawn {
  iddpm::Draw draw;
  std::uint32_t count;

  KOKKOS_FUNCTION std::size_t operator()(std::size_t sample) const {
    return iddpm::uniform_index(iddpm::words(draw, sample, 0)[0], count);
  }
};

inline auto over(const Exec& exec, std::size_t count) {
  return Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, count);
}

template <class Source>
void convert(const char* label, const Exec& exec, const Levels& levels, const Source& source,
             const Images& images) {
  Kokkos::parallel_for(label, over(exec, images.size()),
                       FromLevels<Source>{levels, images, source});
}

/// Reads <part>_images.npy and <part>_labels.npy; `part` is "train" or "test".
/// \throws std::exception with one sentence where a file is missing, broken or does not fit.
inline Glyphs read_glyphs(const Exec& exec, const std::filesystem::path& folder,
                          const std::string& part) {
  const auto images = folder / (part + "_images.npy"), labels = folder / (part + "_labels.npy");
  const auto levels = iddpm::io::read_npy<std::uint8_t, 4>(exec, images);
  const auto bytes = iddpm::io::read_npy<std::uint8_t, 1>(exec, labels);
  iddpm::require(levels.extent(0) > 0, "glyphs", images.string(), "hold images",
                 iddpm::shape_of(levels));
  iddpm::require(levels.extent(1) == 1 || levels.extent(1) == 3, "glyphs", images.string(),
                 "have 1 or 3 channels", iddpm::shape_of(levels));
  iddpm::require(levels.extent(0) == bytes.extent(0), "glyphs", labels.string(),
                 "have one label per image (" + std::to_string(levels.extent(0)) + ")",
                 bytes.extent(0));
  const Labels digits("glyphs::labels", bytes.extent(0));
  Kokkos::parallel_for("glyphs::labels", over(exec, digits.size()), LabelsFromBytes{bytes, digits});
  return {levels, digits};
}

/// A batch of images drawn at random by `noise.data_order(step)`.
inline void draw_batch(const Exec& exec, const Levels& levels, const iddpm::Draw& draw,
                       const Images& images) {
  convert("glyphs::draw_batch", exec, levels,
          Drawn{draw, static_cast<std::uint32_t>(levels.extent(0))}, images);
}

/// The same with the labels (B) of the images drawn.
inline void draw_batch(const Exec& exec, const Glyphs& glyphs, const iddpm::Draw& draw,
                       const Images& images, const Labels& labels) {
  iddpm::require(labels.extent(0) == images.extent(0), "draw_batch", "labels",
                 "hold one label per image (" + std::to_string(images.extent(0)) + ")",
                 labels.extent(0));
  draw_batch(exec, glyphs.levels, draw, images);
  const auto count = static_cast<std::uint32_t>(glyphs.levels.extent(0));
  Kokkos::parallel_for("glyphs::draw_labels", over(exec, labels.size()),
                       LabelsOf<Drawn>{glyphs.labels, labels, Drawn{draw, count}});
}

inline Images images_like(const Levels& levels, std::size_t count) {
  return Images("glyphs::images", count, levels.extent(1), levels.extent(2), levels.extent(3));
}

/// Images first .. first + count - 1.
inline Images take(const Exec& exec, const Levels& levels, std::size_t first, std::size_t count) {
  const Images images = images_like(levels, count);
  convert("glyphs::take", exec, levels, InOrder{first}, images);
  return images;
}

/// As many images as `labels` has room for, from all over the set, with their labels in `labels`.
inline Images spread(const Exec& exec, const Glyphs& glyphs, const Labels& labels) {
  const Spread source{labels.extent(0), glyphs.labels.extent(0)};
  const Images images = images_like(glyphs.levels, labels.extent(0));
  convert("glyphs::spread", exec, glyphs.levels, source, images);
  Kokkos::parallel_for("glyphs::spread", over(exec, labels.size()),
                       LabelsOf<Spread>{glyphs.labels, labels, source});
  return images;
}

}  // namespace glyphs
