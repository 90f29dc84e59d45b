// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/places.hpp>
#include <iddpm/launch/instruction_set.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

/// \file
/// How a kernel reads and writes the elements of a sample: through `input` and `output`, one for
/// each batch, which the loop over elements (random/for_each_element.hpp) is given. Where elements
/// are not contiguous, or a GPU accesses four at once, they wait side by side:
///
/// | expression                      | meaning                                                    |
/// |---------------------------------|------------------------------------------------------------|
/// | `access(e)`                     | the element at a place (core/places.hpp), to read or write |
/// | `access.begin(first, count)`    | elements first .. first + count - 1 come next              |
/// | `access.end(count)`             | so many were computed                                      |

namespace iddpm {

/// How many places wait side by side: of a contiguous sample the instruction set's.
template <class Isa, class Sample>
inline constexpr std::size_t places = isa::width<Isa>;
/// Of samples side by side, a block of each.
template <class Isa>
inline constexpr std::size_t places<Isa, Across> = 4 * Across::most;

/// A batch that is read, or written, where it lies.
template <class B>
struct DirectAccess {
  /// @{
  /// What makes it an access, to this batch at this sample.
  const B* batch = nullptr;
  std::size_t sample = 0;

  template <class E>
  KOKKOS_INLINE_FUNCTION decltype(auto) operator()(E e) const {
    return (*batch)(sample, e);
  }
  KOKKOS_INLINE_FUNCTION void begin(std::size_t, std::size_t) {}
  KOKKOS_INLINE_FUNCTION void end(std::size_t) const {}
  /// @}
};

namespace detail {

// Fetches elements first .. first + count - 1 of other strides, each to its slot. A call for many
// elements: compiled once for all kernels.
template <class B, class Sample, class R>
[[gnu::noinline]] void fetch(const B& batch, const Sample& sample, std::size_t first,
                             std::size_t count, R* values) {
  for_each_run(sample, first, count, [&](std::size_t e, std::size_t slot, std::size_t length) {
    const auto* const from = batch.run_begin(sample, e);
    const std::size_t stride = batch.run_stride(sample);
    if (stride == 1)
      std::copy_n(from, length, values + slot);
    else
      for (std::size_t i = 0; i < length; ++i) values[slot + i] = static_cast<R>(from[i * stride]);
  });
}

}  // namespace detail

/// Elements of other strides, fetched side by side.
template <class B, class Sample, std::size_t Width>
struct StagedInput {
  /// @{
  /// What it reads, and where what was fetched waits.
  using R = element_t<const typename B::value_type>;

  const B* batch = nullptr;
  Sample sample{};
  alignas(64) R values[Width];
  /// @}

  StagedInput() = default;
  /// @{
  /// What makes it an access.
  StagedInput(const B& of, const Sample& at) : batch(&of), sample(at), values{} {}

  R operator()(Slot e) const { return values[e.index]; }
  void begin(std::size_t first, std::size_t count) {
    detail::fetch(*batch, sample, first, count, values);
  }
  void end(std::size_t) const {}
  /// @}
};

/// An output whose elements wait side by side until a few are there: then they are stored, on a GPU
/// in one access, or not, if they are not wanted.
template <class B, class Sample, std::size_t Width>
struct StagedOutput {
  /// @{
  /// What it writes to, and where what was computed waits.
  using T = typename B::value_type;

  const B* batch = nullptr;
  Sample sample{};
  bool is_wanted = false;
  std::size_t first = 0;
  alignas(4 * sizeof(T)) T values[Width];
  /// @}

  StagedOutput() = default;
  /// @{
  /// What makes it an access.
  KOKKOS_INLINE_FUNCTION StagedOutput(const B& of, const Sample& at, bool wanted)
      : batch(&of), sample(at), is_wanted(wanted) {}

  KOKKOS_INLINE_FUNCTION T& operator()(std::size_t e) { return values[e - first]; }
  KOKKOS_INLINE_FUNCTION T& operator()(LaneOfFour e) { return values[e.lane]; }
  KOKKOS_INLINE_FUNCTION T& operator()(Slot e) { return values[e.index]; }
  KOKKOS_INLINE_FUNCTION void begin(std::size_t element, std::size_t) { first = element; }

  KOKKOS_INLINE_FUNCTION void end(std::size_t count) const {
    if (!is_wanted) return;
    if constexpr (!std::is_same_v<Sample, std::size_t>) {
      store_runs(count);
    } else if (count < Width) {
      // Known indices, so that a GPU keeps four values in registers.
      for (std::size_t i = 0; i < Width; ++i)
        if (i < count) (*batch)(sample, first + i) = values[i];
    } else if constexpr (Width == 4 && std::is_same_v<B, Batch<T>>) {
      KOKKOS_IF_ON_DEVICE(
          (batch->four(sample, first / 4) = {values[0], values[1], values[2], values[3]};))
      KOKKOS_IF_ON_HOST((store_all();))
    } else {
      store_all();
    }
  }
  /// @}

 private:
  KOKKOS_INLINE_FUNCTION void store_all() const {
    IDDPM_VECTOR_LOOP
    for (std::size_t i = 0; i < Width; ++i) (*batch)(sample, first + i) = values[i];
  }

  [[gnu::noinline]] void store_runs(std::size_t count) const {
    for_each_run(sample, first, count, [&](std::size_t e, std::size_t slot, std::size_t length) {
      T* const to = batch->run_begin(sample, e);
      const std::size_t stride = batch->run_stride(sample);
      if (stride == 1)
        std::copy_n(values + slot, length, to);
      else
        for (std::size_t i = 0; i < length; ++i) to[i * stride] = values[slot + i];
    });
  }
};

/// What reads a batch. It refers to it.
template <class Isa, class Sample, class B>
KOKKOS_INLINE_FUNCTION auto input(Isa, const Sample& sample, const B& batch) {
  if constexpr (std::is_same_v<Sample, std::size_t>)
    return DirectAccess<B>{&batch, sample};
  else
    return StagedInput<B, Sample, places<Isa, Sample>>(batch, sample);
}

/// What writes a batch. It refers to it.
template <class Isa, class Sample, class B>
KOKKOS_INLINE_FUNCTION auto output(Isa, const Sample& sample, const B& batch) {
  if constexpr (std::is_same_v<Sample, std::size_t> && !std::is_same_v<Isa, isa::Device>)
    return DirectAccess<B>{&batch, sample};
  else
    return StagedOutput<B, Sample, places<Isa, Sample>>(batch, sample, true);
}

/// The same where it may be known at run time only whether it is wanted.
template <class Isa, class Sample, class B>
KOKKOS_INLINE_FUNCTION auto output(Isa, const Sample& sample, const B& batch, bool is_wanted) {
  return StagedOutput<B, Sample, places<Isa, Sample>>(batch, sample, is_wanted);
}

}  // namespace iddpm
