// SPDX-License-Identifier: MIT
#pragma once

#include "data.hpp"
#include "interrupt.hpp"
#include "progress.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// \file
/// The pictures: samples, and how they came about.

namespace glyphs {

using Process =
    iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                             iddpm::variance::LearnedRange, iddpm::loss::RescaledMse, Exec>;

/// Keeps x_t and the predicted x_0 of the first samples at moments spread evenly over a run.
class Trajectory {
 public:
  static constexpr bool wants_x_start = true;
  static constexpr std::size_t rows = 8, moments = 12;

  Trajectory(const Images& like, Progress& progress)
      : picture_("glyphs::trajectory", std::min(rows, like.extent(0)) * columns, like.extent(1),
                 like.extent(2), like.extent(3)),
        progress_(progress) {
    Kokkos::deep_copy(picture_, -1.0f);  // the empty column between the two halves
  }

  void operator()(const Exec& exec, const iddpm::SamplingStep& step, const Images& x,
                  const Images& x_start) {
    progress_.update(static_cast<double>(step.index + 1) / step.count,
                     "t = " + std::to_string(static_cast<int>(step.t)));
    const auto count = static_cast<std::size_t>(step.count);
    if (column_ == moments ||
        static_cast<std::size_t>(step.index + 1) * (moments - 1) < column_ * count)
      return;
    keep(exec, x, column_);
    keep(exec, x_start, moments + 1 + column_);
    ++column_;
  }

  [[nodiscard]] const Images& picture() const { return picture_; }
  static constexpr std::size_t columns = 2 * moments + 1;

 private:
  static auto image(const Images& images, std::size_t index) {
    return Kokkos::subview(images, index, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL);
  }

  void keep(const Exec& exec, const Images& x, std::size_t column) const {
    for (std::size_t row = 0; row * columns < picture_.extent(0); ++row)
      Kokkos::deep_copy(exec, image(picture_, row * columns + column), image(x, row));
  }

  Images picture_;
  Progress& progress_;
  std::size_t column_ = 0;
};

/// Says how far a run is.
struct ShowProgress {
  Progress& progress;

  void operator()(const Exec&, const iddpm::SamplingStep& step, const Images&,
                  const Images&) const {
    progress.update(static_cast<double>(step.index + 1) / step.count,
                    "t = " + std::to_string(static_cast<int>(step.t)));
  }
};

/// 64 images x_T of a seed.
inline Images initial_noise(const Exec& exec, const Levels& like, const iddpm::NoiseStream& noise) {
  const Images x("glyphs::samples", 64, like.extent(1), like.extent(2), like.extent(3));
  iddpm::fill_normal(exec, noise.initial(), x);
  return x;
}

}  // namespace glyphs
