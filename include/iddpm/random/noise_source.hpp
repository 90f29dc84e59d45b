// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/random/normal.hpp>

#include <concepts>
#include <cstddef>

/// \file
/// Where a kernel's standard normals come from: a View that the caller filled, or a Draw of the
/// noise stream, made in registers. Both hand each element's normal to a body.

namespace iddpm {

/// What an operation takes as noise: a Draw, or a View with the extents of the batch.
template <class N>
concept Noise = View<N> || std::same_as<N, Draw>;

/// Noise made where it is used; it never touches memory.
template <Real R>
struct DrawnNoise {
  Draw draw;

  /// Calls `body(element, normal)` for [begin, end) of a sample; begin is a multiple of four.
  template <class Body>
  KOKKOS_INLINE_FUNCTION void for_each(std::size_t sample, std::size_t begin, std::size_t end,
                                       const Body& body) const {
    for (std::size_t e = begin; e < end; e += 4) {
      const auto z = normals<R>(draw, sample, static_cast<std::uint32_t>(e / 4));
      for (std::size_t lane = 0; lane < 4 && e + lane < end; ++lane) body(e + lane, z[lane]);
    }
  }
};

/// Noise that the caller holds, widened to R.
template <class B, Real R>
struct StoredNoise {
  B noise;

  template <class Body>
  KOKKOS_INLINE_FUNCTION void for_each(std::size_t sample, std::size_t begin, std::size_t end,
                                       const Body& body) const {
    for (std::size_t e = begin; e < end; ++e) body(e, static_cast<R>(noise(sample, e)));
  }
};

/// No noise: for operations that use none.
template <Real R>
struct NoNoise {
  template <class Body>
  KOKKOS_INLINE_FUNCTION void for_each(std::size_t, std::size_t begin, std::size_t end,
                                       const Body& body) const {
    for (std::size_t e = begin; e < end; ++e) body(e, R(0));
  }
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
