// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/random/noise_stream.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace iddpm::detail {

/// -1 where the first word of the sample's element 0 is below `threshold`, else the label.
template <class From, class To>
struct DropLabels {
  Draw draw;
  std::uint64_t threshold;
  From from;
  To to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample) const {
    const bool dropped = words(draw, sample, 0)[0] < threshold;
    to(sample) = dropped ? -1 : from(sample);
  }
};

/// A word is below p 2^32 exactly where it is below the next whole number: never for p = 0, always
/// for p = 1.
template <ExecutionSpace Exec, ViewOn<Exec> From, ViewOn<Exec> To>
void drop_labels(const Exec& exec, const Draw& draw, double probability, const From& from,
                 const To& to) {
  const auto threshold = static_cast<std::uint64_t>(std::ceil(probability * 0x1p32));
  Kokkos::parallel_for(
      "iddpm::training::drop_labels",
      Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, to.extent(0)),
      DropLabels<From, To>{draw, threshold, from, to});
}

}  // namespace iddpm::detail
