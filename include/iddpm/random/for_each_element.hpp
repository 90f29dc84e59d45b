// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/access.hpp>
#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/random/noise_source.hpp>

#include <cstddef>
#include <type_traits>

/// \file
/// The loop over the elements of a tile that kernels share.

// Clang warns of a loop that it was asked to vectorise and could not: that one is only slower.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

namespace iddpm {

/// `write(e, compute(read(e), z))` for elements [begin, end) of a sample, z the standard normal of
/// e, 0 where the source has none. Where `isa` is a vector unit or a GPU thread, several elements
/// are read before the first of them is written. e is a std::size_t, or a LaneOfFour on a GPU,
/// where `write` must keep it, in an output or a Terms, until all four are there: the last ones of
/// a sample may lie beyond its end.
/// \param accesses all that `read` and `write` use; see launch/access.hpp
/// \pre begin is a multiple of four; `read` and `write` of e touch no other element than e; a GPU
/// thread has no more than four elements.
template <class Isa, class Source, class Read, class Compute, class Write, class... Accesses>
KOKKOS_INLINE_FUNCTION void for_each_element(Isa isa, const Source& source, std::size_t sample,
                                             std::size_t begin, std::size_t end, const Read& read,
                                             const Compute& compute, const Write& write,
                                             Accesses&... accesses) {
  using R = typename Source::value_type;
  constexpr std::size_t width = isa::width<Isa>;
  const auto some = [&](std::size_t first, std::size_t count) {
    alignas(16) R z[Source::is_used ? width : 1];
    if constexpr (Source::is_used) source.fill(isa, sample, first, count, z);
    const auto normal = [&](std::size_t i) {
      if constexpr (Source::is_used)
        return z[i];
      else
        return R(0);
    };
    (accesses.begin(first, count), ...);
    if constexpr (std::is_same_v<Isa, isa::Device>) {
      std::remove_cvref_t<decltype(read(first))> in[width] = {};
      const std::size_t four = first / 4;
      if (count == width) {
        IDDPM_UNROLLED_ON_DEVICE
        for (std::size_t i = 0; i < width; ++i) in[i] = read(LaneOfFour{four, i});
      } else {
        IDDPM_UNROLLED_ON_DEVICE
        for (std::size_t i = 0; i < width; ++i)
          if (i < count) in[i] = read(first + i);
      }
      std::remove_cvref_t<decltype(compute(in[0], R(0)))> out[width];
      IDDPM_UNROLLED_ON_DEVICE
      for (std::size_t i = 0; i < width; ++i) out[i] = compute(in[i], normal(i));
      IDDPM_UNROLLED_ON_DEVICE
      for (std::size_t i = 0; i < width; ++i) write(LaneOfFour{four, i}, out[i]);
    } else if (width > 4 && count == width) {
      IDDPM_VECTOR_LOOP
      for (std::size_t i = 0; i < width; ++i) write(first + i, compute(read(first + i), normal(i)));
    } else {
      for (std::size_t i = 0; i < count; ++i) write(first + i, compute(read(first + i), normal(i)));
    }
    (accesses.end(count), ...);
  };
  if constexpr (std::is_same_v<Isa, isa::Device>) {
    if (begin < end) some(begin, end - begin);
  } else {
    for (std::size_t first = begin; first < end; first += width)
      some(first, first + width < end ? width : end - first);
  }
}

namespace detail {

// Elements of each sample that are computed side by side.
template <class Isa>
constexpr std::size_t side_by_side(const Along&) {
  return isa::width<Isa>;
}
template <class Isa>
constexpr std::size_t side_by_side(const Across& samples) {
  return Across::most / samples.count * 4;
}

template <class Isa, class Sample, class Source, class Read, class Compute, class Write,
          class... Accesses>
void for_each_lane(Isa isa, const Source& source, const Sample& sample, std::size_t begin,
                   std::size_t end, const Read& read, const Compute& compute, const Write& write,
                   Accesses&... accesses) {
  using R = typename Source::value_type;
  constexpr std::size_t width = places<Isa, Sample>;
  const std::size_t step = side_by_side<Isa>(sample);
  alignas(64) R z[Source::is_used ? width : 1] = {};
  for (std::size_t first = begin; first < end; first += step) {
    const std::size_t count = first + step < end ? step : end - first;
    if constexpr (Source::is_used) source.fill(isa, sample, first, count, z);
    (accesses.begin(first, count), ...);
    const auto normal = [&](std::size_t i) {
      if constexpr (Source::is_used)
        return z[i];
      else
        return R(0);
    };
    // Of a known length, so that it is vectorised; nobody looks at what no element waits for.
    constexpr std::size_t length = width < Across::most ? width : Across::most;
    for (std::size_t slot = 0; slot < slots(sample, count); slot += length) {
      IDDPM_VECTOR_LOOP
      for (std::size_t i = 0; i < length; ++i)
        write(Slot{slot + i, first - begin}, compute(read(Slot{slot + i}), normal(slot + i)));
    }
    (accesses.end(count), ...);
  }
}

}  // namespace detail

/// The same where a sample is more than an index; see core/places.hpp.
template <class Isa, class Source, class Read, class Compute, class Write, class... Accesses>
void for_each_element(Isa isa, const Source& source, const Along& along, std::size_t begin,
                      std::size_t end, const Read& read, const Compute& compute, const Write& write,
                      Accesses&... accesses) {
  detail::for_each_lane(isa, source, along, begin, end, read, compute, write, accesses...);
}
/// The same for samples side by side.
template <class Isa, class Source, class Read, class Compute, class Write, class... Accesses>
void for_each_element(Isa isa, const Source& source, const Across& samples, std::size_t begin,
                      std::size_t end, const Read& read, const Compute& compute, const Write& write,
                      Accesses&... accesses) {
  detail::for_each_lane(isa, source, samples, begin, end, read, compute, write, accesses...);
}

/// The same without noise.
template <Real R, class Isa, class Read, class Compute, class Write>
KOKKOS_INLINE_FUNCTION void for_each_element(Isa isa, std::size_t begin, std::size_t end,
                                             const Read& read, const Compute& compute,
                                             const Write& write) {
  for_each_element(
      isa, NoNoise<R>{}, 0, begin, end, read, [&](const auto& in, R) { return compute(in); },
      write);
}

}  // namespace iddpm

#if defined(__clang__)
#pragma clang diagnostic pop
#endif
