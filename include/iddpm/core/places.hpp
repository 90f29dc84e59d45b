// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <cstddef>

/// \file
/// Where a kernel computes: a sample and its elements. A sample is an index, or stands for more:
///
/// | sample        | elements                    | who walks so                        |
/// |---------------|-----------------------------|-------------------------------------|
/// | `std::size_t` | `std::size_t`, `LaneOfFour` | a host where a sample is contiguous |
/// | `std::size_t` | `LaneOfFour`                | a thread of a GPU                   |
/// | `Along`       | `Slot`                      | a host where it has other strides   |
/// | `Across`      | `Slot`                      | a host where samples are small, or  |
/// |               |                             | are what is innermost in memory     |

namespace iddpm {

/// Element 4 four + lane of a sample: how the thread of a GPU names the four elements that it
/// accesses at once.
struct LaneOfFour {
  /// @{
  /// Which Philox block of four, which of its lanes, and the element that is.
  std::size_t four, lane;

  KOKKOS_INLINE_FUNCTION operator std::size_t() const { return 4 * four + lane; }  // NOLINT
  /// @}
};

/// A sample whose elements [k run, (k + 1) run) each lie a constant stride apart.
struct Along {
  /// @{
  /// The sample and the run in it; as a number, the sample.
  std::size_t sample, run;

  KOKKOS_INLINE_FUNCTION operator std::size_t() const { return sample; }  // NOLINT
  /// @}
};

/// Samples first .. first + count - 1, side by side. It is its first sample to whoever asks for
/// what all samples share.
struct Across {
  static constexpr std::size_t most = 64;  ///< samples side by side

  /// @{
  /// The first sample and how many; as a number, the first.
  std::size_t first, count;

  KOKKOS_INLINE_FUNCTION operator std::size_t() const { return first; }  // NOLINT
  /// @}
};

/// Where an element waits, in arrays, among those that are computed side by side, and how many
/// slots a kernel has left behind.
struct Slot {
  /// @{
  /// Where it waits, and the slots left behind.
  std::size_t index, before = 0;
  /// @}
};

/// Calls `run(element, slot, length)` for the runs that elements first .. first + count - 1 are,
/// each a constant stride apart: element + i waits at slot + i.
template <class Run>
KOKKOS_INLINE_FUNCTION void for_each_run(const Along& along, std::size_t first, std::size_t count,
                                         const Run& run) {
  for (std::size_t e = first; e < first + count;) {
    const std::size_t left = along.run - e % along.run, rest = first + count - e;
    const std::size_t length = left < rest ? left : rest;
    run(e, e - first, length);
    e += length;
  }
}

/// Here a run is `element` of all samples. The four of one Philox block wait Across::most slots
/// apart. \pre samples.count times the number of blocks is at most Across::most.
template <class Run>
KOKKOS_INLINE_FUNCTION void for_each_run(const Across& samples, std::size_t first,
                                         std::size_t count, const Run& run) {
  for (std::size_t e = 0; e < count; ++e)
    run(first + e, e % 4 * Across::most + e / 4 * samples.count, samples.count);
}

/// So many slots, from the first on, hold all that `count` elements are.
KOKKOS_INLINE_FUNCTION std::size_t slots(const Along&, std::size_t count) { return count; }
/// The same for samples side by side.
KOKKOS_INLINE_FUNCTION std::size_t slots(const Across&, std::size_t count) {
  return (count < 4 ? count : 4) * Across::most;
}

}  // namespace iddpm
