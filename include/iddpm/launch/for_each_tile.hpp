// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/places.hpp>
#include <iddpm/launch/detail/divisor.hpp>
#include <iddpm/launch/detail/walk.hpp>
#include <iddpm/launch/instruction_set.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace iddpm {

namespace detail {

template <class Functor, bool host, bool strided>
struct TileLoop {
  // A host thread's is long enough that its beginning does not count.
  static constexpr std::size_t tile = host ? 2048 : isa::width<isa::Device>;

  Functor functor;
  Walk walk;
  InstructionSet set;
  Divisor inner{is_across() ? groups() : tiles_of_group()};

  // A GPU's walk is along the samples of row-major batches.
  [[nodiscard]] KOKKOS_INLINE_FUNCTION bool is_across() const {
    return (host || strided) && walk.is_across;
  }
  // Samples and elements of a tile.
  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::size_t group() const {
    return host && is_across() ? Across::most : 1;
  }
  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::size_t length() const {
    if (!host || !is_across()) return tile;
    const std::size_t side_by_side = walk.samples < Across::most ? walk.samples : Across::most;
    return (tile / side_by_side + 3) / 4 * 4;
  }
  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::size_t groups() const {
    return (walk.samples + group() - 1) / group();
  }
  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::size_t tiles_of_group() const {
    return (walk.size + length() - 1) / length();
  }

  KOKKOS_INLINE_FUNCTION void operator()(std::int64_t index) const {
    const auto i = static_cast<std::size_t>(index);
    // Neighbouring tiles are neighbours in memory.
    const std::size_t outer = inner.quotient(i);
    const std::size_t rest = i - outer * (is_across() ? groups() : tiles_of_group());
    const std::size_t sample = (is_across() ? rest : outer) * group();
    const std::size_t begin = (is_across() ? outer : rest) * length();
    const std::size_t end = begin + length() < walk.size ? begin + length() : walk.size;
    if constexpr (host) {
      KOKKOS_IF_ON_HOST((on_host_thread(sample, begin, end);))
    } else {
      call(isa::Device{}, sample, begin, end);
    }
  }

 private:
  void on_host_thread(std::size_t sample, std::size_t begin, std::size_t end) const {
    const std::size_t count = walk.is_across ? std::min(Across::most, walk.samples - sample) : 1;
    if (walk.is_across && side_by_side({sample, count}, begin, end)) return;
    if constexpr (strided && LaneKernel<Functor>) {
      const Along along{sample, walk.run};
      const auto all = [&](auto isa) { functor(isa, along, begin, end); };
      if (!walk.is_across && with_lanes(set, all)) return;
    }
    for (std::size_t s = sample; s < sample + count; ++s)
      with_instruction_set(set, [&](auto isa) { call(isa, s, begin, end); });
  }

  [[nodiscard]] bool side_by_side(const Across& samples, std::size_t begin, std::size_t end) const {
    if constexpr (LaneKernel<Functor>) {
      const auto all = [&](auto isa) { functor(isa, samples, begin, end); };
      if (functor.is_uniform()) return with_lanes(set, all);
    }
    return with_lanes(set, [&](auto isa) { each_by_itself(isa, samples, begin, end); });
  }

  // Samples that differ in more than their elements: one after the other, but for their noise.
  template <class Isa>
  void each_by_itself(Isa isa, const Across& samples, std::size_t begin, std::size_t end) const {
    const std::size_t step = Across::most / samples.count * 4;
    for (std::size_t first = begin; first < end; first += step) {
      const std::size_t last = std::min(first + step, end);
      if constexpr (requires { functor.noise.lanes(isa, samples, first, last); }) {
        const auto filled = functor.noise.lanes(isa, samples, first, last);
        for (std::size_t s = 0; s < samples.count; ++s)
          functor(filled.of(s), samples.first + s, first, last);
      } else {
        for (std::size_t s = 0; s < samples.count; ++s)
          call(isa::Scalar{}, samples.first + s, first, last);
      }
    }
  }

  template <class Isa>
  KOKKOS_INLINE_FUNCTION void call(Isa isa, std::size_t sample, std::size_t begin,
                                   std::size_t end) const {
    if constexpr (std::invocable<const Functor&, Isa, std::size_t, std::size_t, std::size_t>)
      functor(isa, sample, begin, end);
    else
      functor(sample, begin, end);
  }
};

template <bool strided, ExecutionSpace Exec, class Functor>
void launch_tiles(const char* label, const Exec& exec, const Walk& walk, const Functor& functor) {
  if (walk.samples * walk.size == 0) return;
  const TileLoop<Functor, on_host<Exec>, strided> loop{functor, walk, instruction_set()};
  Kokkos::parallel_for(
      label,
      Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::int64_t>>(
          exec, 0, static_cast<std::int64_t>(loop.groups() * loop.tiles_of_group())),
      loop);
}

}  // namespace detail

/// Launches `functor(sample, begin, end)`, or `functor(isa, sample, begin, end)` where it takes the
/// tag of an instruction set, on `exec` over all elements [begin, end) of all samples, in tiles
/// that begin at a multiple of four, the length of a Philox block. Asynchronous; nothing is
/// launched for an empty batch.
template <ExecutionSpace Exec, class Functor>
void for_each_tile(const char* label, const Exec& exec, std::size_t samples, std::size_t size,
                   const Functor& functor) {
  detail::launch_tiles<false>(label, exec, detail::Walk{samples, size}, functor);
}

/// The same over a batch, in an order that suits its strides. A functor with an `is_uniform()` is
/// called with Along and Across for a sample too, on hosts; see core/places.hpp.
template <ExecutionSpace Exec, class B, class Functor>
void for_each_tile(const char* label, const Exec& exec, const B& batch, const Functor& functor) {
  detail::launch_tiles<detail::is_strided<B>>(label, exec, detail::walk_of<Exec>(batch), functor);
}

}  // namespace iddpm
