// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
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

/// An output that a kernel writes in place.
template <class B>
struct DirectOutput {
  B batch;

  KOKKOS_INLINE_FUNCTION decltype(auto) operator()(std::size_t sample, std::size_t e) const {
    return batch(sample, e);
  }
  KOKKOS_INLINE_FUNCTION void begin(std::size_t) {}
  KOKKOS_INLINE_FUNCTION void store(std::size_t, std::size_t) {}
};

/// An output whose elements wait side by side until a few are there: then they are stored, on a GPU
/// in one access, or not, if they are not wanted.
template <class B, std::size_t Width>
struct StagedOutput {
  using T = typename B::value_type;

  B batch;
  bool is_wanted;
  std::size_t first = 0;
  alignas(4 * sizeof(T)) T values[Width];

  StagedOutput() = default;
  KOKKOS_INLINE_FUNCTION StagedOutput(const B& of, bool wanted) : batch(of), is_wanted(wanted) {}

  KOKKOS_INLINE_FUNCTION T& operator()(std::size_t, std::size_t e) { return values[e - first]; }
  KOKKOS_INLINE_FUNCTION T& operator()(std::size_t, LaneOfFour e) { return values[e.lane]; }
  KOKKOS_INLINE_FUNCTION void begin(std::size_t element) { first = element; }

  KOKKOS_INLINE_FUNCTION void store(std::size_t sample, std::size_t count) const {
    if (!is_wanted) return;
    if (count < Width) {
      // Known indices, so that a GPU keeps four values in registers.
      for (std::size_t i = 0; i < Width; ++i)
        if (i < count) batch(sample, first + i) = values[i];
    } else if constexpr (Width == 4 && std::is_same_v<B, Batch<T>>) {
      KOKKOS_IF_ON_DEVICE(
          (batch.four(sample, first / 4) = {values[0], values[1], values[2], values[3]};))
      KOKKOS_IF_ON_HOST(
          (for (std::size_t i = 0; i < Width; ++i) batch(sample, first + i) = values[i];))
    } else {
      IDDPM_VECTOR_LOOP
      for (std::size_t i = 0; i < Width; ++i) batch(sample, first + i) = values[i];
    }
  }
};

/// The output that suits an instruction set, for `for_each_element`.
template <class Isa, class B>
KOKKOS_INLINE_FUNCTION auto output(Isa, const B& batch) {
  if constexpr (std::is_same_v<Isa, isa::Device>)
    return StagedOutput<B, isa::width<Isa>>(batch, true);
  else
    return DirectOutput<B>{batch};
}

/// The same where it may be known at run time only whether it is wanted.
template <class Isa, class B>
KOKKOS_INLINE_FUNCTION auto output(Isa, const B& batch, bool is_wanted) {
  return StagedOutput<B, isa::width<Isa>>(batch, is_wanted);
}

/// `write(e, compute(read(e), z))` for elements [begin, end) of a sample, z the standard normal of
/// e, 0 where the source has none. Where `isa` is a vector unit or a GPU thread, several elements
/// are read before the first of them is written. e is a std::size_t, or a LaneOfFour on a GPU,
/// where `write` must keep it, in an output or a Terms, until all four are there: the last ones of
/// a sample may lie beyond its end. \param outputs all that `write` writes to, as `output` made
/// them \pre begin is a multiple of four; `read` and `write` of e touch no other element than e.
template <class Isa, class Source, class Read, class Compute, class Write, class... Outputs>
KOKKOS_INLINE_FUNCTION void for_each_element(Isa isa, const Source& source, std::size_t sample,
                                             std::size_t begin, std::size_t end, const Read& read,
                                             const Compute& compute, const Write& write,
                                             Outputs&... outputs) {
  using R = typename Source::value_type;
  constexpr std::size_t width = isa::width<Isa>;
  for (std::size_t first = begin; first < end; first += width) {
    const std::size_t count = first + width < end ? width : end - first;
    alignas(16) R z[Source::is_used ? width : 1];
    if constexpr (Source::is_used) source.fill(isa, sample, first, count, z);
    const auto normal = [&](std::size_t i) {
      if constexpr (Source::is_used)
        return z[i];
      else
        return R(0);
    };
    (outputs.begin(first), ...);
    if constexpr (std::is_same_v<Isa, isa::Device>) {
      std::remove_cvref_t<decltype(read(first))> in[width] = {};
      const std::size_t four = first / 4;
      if (count == width)
        for (std::size_t i = 0; i < width; ++i) in[i] = read(LaneOfFour{four, i});
      else
        for (std::size_t i = 0; i < width; ++i)
          if (i < count) in[i] = read(first + i);
      std::remove_cvref_t<decltype(compute(in[0], R(0)))> out[width];
      for (std::size_t i = 0; i < width; ++i) out[i] = compute(in[i], normal(i));
      for (std::size_t i = 0; i < width; ++i) write(LaneOfFour{four, i}, out[i]);
    } else if (width > 4 && count == width) {
      IDDPM_VECTOR_LOOP
      for (std::size_t i = 0; i < width; ++i) write(first + i, compute(read(first + i), normal(i)));
    } else {
      for (std::size_t i = 0; i < count; ++i) write(first + i, compute(read(first + i), normal(i)));
    }
    (outputs.store(sample, count), ...);
  }
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
