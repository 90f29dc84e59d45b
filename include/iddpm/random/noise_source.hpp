// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/access.hpp>
#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/random/normal.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

/// \file
/// Where a kernel's standard normals come from: a View that the caller filled, or a Draw of the
/// noise stream, made in registers. See for_each_element.hpp for the loop that uses them.

namespace iddpm {

/// What an operation takes as noise: a Draw, or a View with the extents of the batch.
template <class N>
concept Noise = View<N> || std::same_as<N, Draw>;

/// The normals of a few samples from element `begin` on, as lane_normals wrote them.
template <Real R>
struct LaneNormals {
  /// @{
  /// From which element on, of how many samples, and the normals, Across::most apart.
  std::size_t begin, samples;
  alignas(64) R z[4 * Across::most];
  /// @}

  /// Those of one of the samples.
  [[nodiscard]] isa::Filled<R> of(std::size_t sample) const { return {z + sample, begin, samples}; }
};

/// Noise made where it is used; it never touches memory.
template <Real R>
struct DrawnNoise {
  /// @{
  /// What makes it a source of noise, and the address of its normals.
  using value_type = R;
  static constexpr bool is_used = true;

  Draw draw;
  /// @}

  /// The normals of elements first .. first + count - 1 of a sample into z, in whose rest nothing
  /// is promised. \pre first is a multiple of four.
  template <class Isa, std::size_t Width>
  KOKKOS_INLINE_FUNCTION void fill(Isa isa, std::size_t sample, std::size_t first,
                                   std::size_t count, R (&z)[Width]) const {
    const auto block = static_cast<std::uint32_t>(first / 4);
    if constexpr (Width == 4) {
      const auto four = normals<R>(draw, sample, block);
      for (std::size_t lane = 0; lane < 4; ++lane) z[lane] = four[lane];
    } else {
      // A few normals by themselves cost less than a whole block.
      if (count > Width / 8) return normals<Width>(isa, draw, sample, block, z);
      for (std::size_t i = 0; i < count; i += 4) {
        const auto four = normals<R>(draw, sample, block + static_cast<std::uint32_t>(i / 4));
        for (std::size_t lane = 0; lane < 4; ++lane) z[i + lane] = four[lane];
      }
    }
  }

  /// The same for all these samples; see for_each_run for their places.
  template <class Isa>
  void fill(Isa isa, const Across& samples, std::size_t first, std::size_t count,
            R (&z)[4 * Across::most]) const {
    lane_normals(isa, draw, samples.first, samples.count, static_cast<std::uint32_t>(first / 4),
                 (count + 3) / 4, z);
  }

  /// The normals of elements [begin, end) of all these samples.
  template <class Isa>
  [[nodiscard]] LaneNormals<R> lanes(Isa isa, const Across& samples, std::size_t begin,
                                     std::size_t end) const {
    LaneNormals<R> made;
    made.begin = begin;
    made.samples = samples.count;
    fill(isa, samples, begin, end - begin, made.z);
    return made;
  }

  /// Normals that were made before.
  void fill(isa::Filled<R> isa, std::size_t, std::size_t first, std::size_t, R (&z)[4]) const {
    const R* const of_block = isa.normals + (first - isa.begin) / 4 * isa.stride;
    for (std::size_t i = 0; i < 4; ++i) z[i] = of_block[i * Across::most];
  }
};

/// Noise that the caller holds, widened to R.
template <class B, Real R>
struct StoredNoise {
  /// @{
  /// What makes it a source of noise, and the batch that holds it.
  using value_type = R;
  static constexpr bool is_used = true;

  B noise;

  template <class Isa, std::size_t Width>
  KOKKOS_INLINE_FUNCTION void fill(Isa, std::size_t sample, std::size_t first, std::size_t count,
                                   R (&z)[Width]) const {
    if (count == Width)
      for (std::size_t i = 0; i < Width; ++i) z[i] = static_cast<R>(noise(sample, first + i));
    else
      for (std::size_t i = 0; i < Width; ++i)
        if (i < count) z[i] = static_cast<R>(noise(sample, first + i));
  }

  template <class Isa, std::size_t Width>
  void fill(Isa, const Along& along, std::size_t first, std::size_t count, R (&z)[Width]) const {
    detail::fetch(noise, along, first, count, z);
  }
  template <class Isa, std::size_t Width>
  void fill(Isa, const Across& samples, std::size_t first, std::size_t count, R (&z)[Width]) const {
    detail::fetch(noise, samples, first, count, z);
  }
  /// @}
};

/// No noise: for operations that use none.
template <Real R>
struct NoNoise {
  /// @{
  /// What makes it a source of noise.
  using value_type = R;
  static constexpr bool is_used = false;
  /// @}
};

/// `visit_batches` with a noise argument: `body(noise source, batch...)`.
/// \throws std::invalid_argument where a noise View has not the extents of the first View, or a
/// Draw's sample is too large to address.
template <class Body, View V, View... Vs>
void visit_with_noise(std::string_view function, Body&& body, const Draw& draw, const V& first,
                      const Vs&... others) {
  require(sample_size(first) <= (std::size_t{1} << 34), function, "elements of a sample",
          "be at most 2^34", sample_size(first));
  visit_batches(
      function, [&](const auto&... batches) { body(DrawnNoise<compute_t<V>>{draw}, batches...); },
      first, others...);
}

/// The same for a View.
template <class Body, View N, View V, View... Vs>
void visit_with_noise(std::string_view function, Body&& body, const N& noise, const V& first,
                      const Vs&... others) {
  require_same_shape(function, "noise", noise, "the batch", first);
  visit_batches(
      function,
      [&](const auto& noise_batch, const auto&... batches) {
        body(StoredNoise<std::decay_t<decltype(noise_batch)>, compute_t<N>>{noise_batch},
             batches...);
      },
      noise, first, others...);
}

}  // namespace iddpm
