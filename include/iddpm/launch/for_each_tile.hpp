// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/launch/instruction_set.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace iddpm {

namespace detail {

template <ExecutionSpace Exec>
inline constexpr bool on_host = std::is_same_v<typename Exec::memory_space, Kokkos::HostSpace>;

template <class Functor, bool host>
struct TileLoop {
  // A host thread's is long enough that its beginning does not count.
  static constexpr std::size_t tile = host ? 2048 : isa::width<isa::Device>;

  Functor functor;
  std::size_t size, tiles;
  InstructionSet set;

  KOKKOS_INLINE_FUNCTION void operator()(std::int64_t index) const {
    const auto sample = static_cast<std::size_t>(index) / tiles;
    const auto begin = (static_cast<std::size_t>(index) % tiles) * tile;
    const auto end = begin + tile < size ? begin + tile : size;
    if constexpr (host) {
      KOKKOS_IF_ON_HOST(
          (with_instruction_set(set, [&](auto isa) { call(isa, sample, begin, end); });))
    } else {
      call(isa::Device{}, sample, begin, end);
    }
  }

 private:
  template <class Isa>
  KOKKOS_INLINE_FUNCTION void call(Isa isa, std::size_t sample, std::size_t begin,
                                   std::size_t end) const {
    if constexpr (std::invocable<const Functor&, Isa, std::size_t, std::size_t, std::size_t>)
      functor(isa, sample, begin, end);
    else
      functor(sample, begin, end);
  }
};

}  // namespace detail

/// Launches `functor(sample, begin, end)`, or `functor(isa, sample, begin, end)` where it takes the
/// tag of an instruction set, on `exec` over all elements [begin, end) of all samples, in tiles
/// that begin at a multiple of four, the length of a Philox block. Asynchronous; nothing is
/// launched for an empty batch.
template <ExecutionSpace Exec, class Functor>
void for_each_tile(const char* label, const Exec& exec, std::size_t samples, std::size_t size,
                   const Functor& functor) {
  using Loop = detail::TileLoop<Functor, detail::on_host<Exec>>;
  const std::size_t tiles = (size + Loop::tile - 1) / Loop::tile;
  if (samples * tiles == 0) return;
  Kokkos::parallel_for(label,
                       Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::int64_t>>(
                           exec, 0, static_cast<std::int64_t>(samples * tiles)),
                       Loop{functor, size, tiles, instruction_set()});
}

}  // namespace iddpm
