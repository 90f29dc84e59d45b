// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/random/normal.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

/// \file
/// Where a kernel's standard normals come from: a View that the caller filled, or a Draw of the
/// noise stream, made in registers; and the loop over the elements of a tile that kernels share.

namespace iddpm {

/// What an operation takes as noise: a Draw, or a View with the extents of the batch.
template <class N>
concept Noise = View<N> || std::same_as<N, Draw>;

/// Noise made where it is used; it never touches memory.
template <Real R>
struct DrawnNoise {
  using value_type = R;
  static constexpr bool is_used = true;

  Draw draw;

  /// The normals of elements first .. first + count - 1 of a sample into z, in whose rest nothing
  /// is promised. \pre first is a multiple of four.
  template <class Isa, std::size_t Width>
  KOKKOS_INLINE_FUNCTION void fill(Isa isa, std::size_t sample, std::size_t first,
                                   std::size_t count, R (&z)[Width]) const {
    const auto block = static_cast<std::uint32_t>(first / 4);
    if constexpr (!std::is_same_v<Isa, isa::Device>) {
      // A few normals by themselves cost less than a whole block.
      if (count > Width / 4) return normals(isa, draw, sample, block, z);
    }
    for (std::size_t i = 0; i < count; i += 4) {
      const auto four = normals<R>(draw, sample, block + static_cast<std::uint32_t>(i / 4));
      for (std::size_t lane = 0; lane < 4; ++lane) z[i + lane] = four[lane];
    }
  }
};

/// Noise that the caller holds, widened to R.
template <class B, Real R>
struct StoredNoise {
  using value_type = R;
  static constexpr bool is_used = true;

  B noise;

  template <class Isa, std::size_t Width>
  KOKKOS_INLINE_FUNCTION void fill(Isa, std::size_t sample, std::size_t first, std::size_t count,
                                   R (&z)[Width]) const {
    if (count == Width)
      for (std::size_t i = 0; i < Width; ++i) z[i] = static_cast<R>(noise(sample, first + i));
    else
      for (std::size_t i = 0; i < count; ++i) z[i] = static_cast<R>(noise(sample, first + i));
  }
};

/// No noise: for operations that use none.
template <Real R>
struct NoNoise {
  using value_type = R;
  static constexpr bool is_used = false;
};

/// `write(e, compute(read(e), z))` for elements [begin, end) of a sample, z the standard normal of
/// e, 0 where the source has none. Where `isa` is a vector unit or a GPU thread, several elements
/// are read before the first of them is written.
/// \pre begin is a multiple of four; `read` and `write` of e touch no other element than e.
template <class Isa, class Source, class Read, class Compute, class Write>
KOKKOS_INLINE_FUNCTION void for_each_element(Isa isa, const Source& source, std::size_t sample,
                                             std::size_t begin, std::size_t end, const Read& read,
                                             const Compute& compute, const Write& write) {
  using R = typename Source::value_type;
  constexpr std::size_t width = isa::width<Isa>;
  for (std::size_t first = begin; first < end; first += width) {
    const std::size_t count = first + width < end ? width : end - first;
    alignas(16) R z[Source::is_used ? width : 1] = {};
    if constexpr (Source::is_used) source.fill(isa, sample, first, count, z);
    const auto normal = [&](std::size_t i) { return Source::is_used ? z[i] : R(0); };
    if (count < width) {
      for (std::size_t i = 0; i < count; ++i)
        write(first + i, compute(read(first + i), normal(i)));
    } else if constexpr (std::is_same_v<Isa, isa::Device>) {
      std::remove_cvref_t<decltype(read(first))> in[width];
      std::remove_cvref_t<decltype(compute(in[0], R(0)))> out[width];
      for (std::size_t i = 0; i < width; ++i) in[i] = read(first + i);
      for (std::size_t i = 0; i < width; ++i) out[i] = compute(in[i], normal(i));
      for (std::size_t i = 0; i < width; ++i) write(first + i, out[i]);
    } else {
      IDDPM_VECTOR_LOOP
      for (std::size_t i = 0; i < width; ++i)
        write(first + i, compute(read(first + i), normal(i)));
    }
  }
}

/// The same without noise.
template <Real R, class Isa, class Read, class Compute, class Write>
KOKKOS_INLINE_FUNCTION void for_each_element(Isa isa, std::size_t begin, std::size_t end,
                                             const Read& read, const Compute& compute,
                                             const Write& write) {
  for_each_element(
      isa, NoNoise<R>{}, 0, begin, end, read,
      [&](const auto& in, R) { return compute(in); }, write);
}

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
