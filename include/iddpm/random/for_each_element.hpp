// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/random/noise_source.hpp>

#include <cstddef>
#include <type_traits>

/// \file
/// The loop over the elements of a tile that kernels share.

namespace iddpm {

/// What a kernel writes to on this instruction set: the batch itself; on a GPU a thread's four
/// elements, which are stored in one access.
template <class Isa, class B>
struct StagedOutput {
  B batch;

  KOKKOS_INLINE_FUNCTION decltype(auto) operator()(std::size_t sample, std::size_t e) const {
    return batch(sample, e);
  }
};

template <class T>
struct StagedOutput<isa::Device, Batch<T>> {
  Batch<T> batch;
  detail::FourOf<T> values;

  KOKKOS_INLINE_FUNCTION T& operator()(std::size_t sample, std::size_t e) const {
    return batch(sample, e);
  }
  KOKKOS_INLINE_FUNCTION T& operator()(std::size_t, LaneOfFour e) { return values.value[e.lane]; }
  KOKKOS_INLINE_FUNCTION void store(std::size_t sample, std::size_t four) const {
    batch.four(sample, four) = values;
  }
};

template <class T>
struct StagedOutput<isa::Device, StridedBatch<T>> {
  StridedBatch<T> batch;

  KOKKOS_INLINE_FUNCTION T& operator()(std::size_t sample, std::size_t e) const {
    return batch(sample, e);
  }
  KOKKOS_INLINE_FUNCTION void store(std::size_t, std::size_t) const {}
};

template <class Isa, class B>
KOKKOS_INLINE_FUNCTION StagedOutput<Isa, B> staged(Isa, const B& batch) {
  return {batch};
}

/// `write(e, compute(read(e), z))` for elements [begin, end) of a sample, z the standard normal of
/// e, 0 where the source has none. Where `isa` is a vector unit or a GPU thread, several elements
/// are read before the first of them is written. e is a std::size_t, or a LaneOfFour on a GPU.
/// \param outputs what `write` writes to, as `staged` gave it
/// \pre begin is a multiple of four; `read` and `write` of e touch no other element than e.
template <class Isa, class Source, class Read, class Compute, class Write, class... Outputs>
KOKKOS_INLINE_FUNCTION void for_each_element(Isa isa, const Source& source, std::size_t sample,
                                             std::size_t begin, std::size_t end, const Read& read,
                                             const Compute& compute, const Write& write,
                                             Outputs&... outputs) {
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
      const std::size_t four = first / 4;
      for (std::size_t i = 0; i < width; ++i) in[i] = read(LaneOfFour{four, i});
      for (std::size_t i = 0; i < width; ++i) out[i] = compute(in[i], normal(i));
      for (std::size_t i = 0; i < width; ++i) write(LaneOfFour{four, i}, out[i]);
      (outputs.store(sample, four), ...);
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

}  // namespace iddpm
