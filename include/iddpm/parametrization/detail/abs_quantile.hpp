// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/math/bits.hpp>

#include <cstddef>
#include <cstdint>

/// \file
/// An exact quantile of |x| over each sample of a batch, by a radix select on the bits: integer
/// counts only, so the result depends on neither threads nor batch, and no element is stored.

namespace iddpm::detail {

// Where a quantile lies among n sorted numbers: between numbers `rank` and `rank + 1`.
struct QuantilePosition {
  QuantilePosition(double quantile, std::size_t n) {
    const double position = quantile * static_cast<double>(n - 1);
    rank = static_cast<std::uint32_t>(position);
    fraction = position - rank;
  }

  std::uint32_t rank;
  double fraction;
};

// One team per sample. A lone thread counts by itself; the threads of a team count by atomics.
template <Real R, ExecutionSpace Exec, class Predicted, class Finish, bool in_teams>
struct AbsQuantile {
  using Team = typename Kokkos::TeamPolicy<Exec>::member_type;
  using Key = math::Bits<R>;
  using Count = std::uint32_t;
  static constexpr int width = math::Format<R>::width;
  static constexpr std::size_t digits = 256;  // a pass settles 8 bits

  // What a pass found: the digit, how many numbers lie below it, and how many have it.
  struct Found {
    Count digit, below, equal;
  };

  // A function: a static member's address is not to be had in device code.
  KOKKOS_INLINE_FUNCTION static constexpr std::size_t scratch() {
    return digits * sizeof(Count) + sizeof(Found);
  }

  Predicted predicted;
  Finish finish;
  std::size_t size;
  QuantilePosition position;
  double at_least;

  KOKKOS_INLINE_FUNCTION void operator()(const Team& team) const {
    const auto sample = static_cast<std::size_t>(team.league_rank());
    const double value = quantile(team, sample);
    Kokkos::single(Kokkos::PerTeam(team), [&] { finish(sample, value); });
  }

 private:
  // |x| as an unsigned integer in the same order, the exponent's bits first; NaN above infinity.
  KOKKOS_INLINE_FUNCTION Key key(std::size_t sample, std::size_t element) const {
    return math::to_bits(static_cast<R>(predicted(sample, element))) << 1;
  }

  KOKKOS_INLINE_FUNCTION static double value_of(Key key) {
    return static_cast<double>(math::from_bits<R>(key >> 1));
  }

  KOKKOS_INLINE_FUNCTION double quantile(const Team& team, std::size_t sample) const {
    const Key highest = largest(team, sample);
    const double high = value_of(highest);
    if (!(high > at_least) && high == high) return at_least;
    if (high != high || position.rank + std::size_t{1} == size) return high;
    auto* const counts =
        static_cast<Count*>(team.team_scratch(0).get_shmem_aligned(scratch(), alignof(Count)));
    Key lower = 0, settled = 0;
    Count rank = position.rank, equal = 0;
    for (int shift = width - 8; shift >= 0; shift -= 8) {
      const Found found = settle(team, sample, counts, lower, settled, shift, rank);
      lower |= static_cast<Key>(found.digit) << shift;
      settled |= static_cast<Key>(digits - 1) << shift;
      rank -= found.below;
      equal = found.equal;
    }
    const bool one_value = position.fraction == 0 || rank + 1 < equal;
    return interpolate(value_of(lower), value_of(one_value ? lower : above(team, sample, lower)));
  }

  // One pass: counts the numbers that share the settled bits by their next digit.
  KOKKOS_INLINE_FUNCTION Found settle(const Team& team, std::size_t sample, Count* counts,
                                      Key prefix, Key settled, int shift, Count rank) const {
    auto* const found = reinterpret_cast<Found*>(counts + digits);
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, std::size_t{digits}),
                         [&](std::size_t digit) { counts[digit] = 0; });
    team.team_barrier();
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, size), [&](std::size_t element) {
      const Key k = key(sample, element);
      if ((k & settled) == prefix) increment(counts[(k >> shift) & (digits - 1)]);
    });
    team.team_barrier();
    Kokkos::single(Kokkos::PerTeam(team), [&] {
      Count digit = 0, below = 0;
      while (below + counts[digit] <= rank) below += counts[digit++];
      *found = {digit, below, counts[digit]};
    });
    team.team_barrier();
    return *found;
  }

  KOKKOS_INLINE_FUNCTION static void increment(Count& count) {
    if constexpr (in_teams)
      Kokkos::atomic_inc(&count);
    else
      ++count;
  }

  KOKKOS_INLINE_FUNCTION Key largest(const Team& team, std::size_t sample) const {
    Key result = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, size),
        [&](std::size_t element, Key& most) {
          const Key k = key(sample, element);
          if (k > most) most = k;
        },
        Kokkos::Max<Key>(result));
    return result;
  }

  // The smallest number above `lower`.
  KOKKOS_INLINE_FUNCTION Key above(const Team& team, std::size_t sample, Key lower) const {
    Key result = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, size),
        [&](std::size_t element, Key& least) {
          const Key k = key(sample, element);
          if (k > lower && k < least) least = k;
        },
        Kokkos::Min<Key>(result));
    return result;
  }

  KOKKOS_INLINE_FUNCTION double interpolate(double low, double high) const {
    if (low == high) return low > at_least ? low : at_least;  // infinity - infinity is NaN
    const double between = Kokkos::fma(position.fraction, high - low, low);
    const double value = between < high ? between : high;
    return value > at_least ? value : at_least;
  }
};

/// Launches `finish(sample, s)` once per sample, s = max(`at_least`, the quantile of |predicted|),
/// in double: linear between the sorted numbers around quantile (size - 1); NaN where any is.
/// Asynchronous on exec; nothing is launched for an empty batch or sample.
/// \param predicted (sample, element) -> R, evaluated once per pass: up to 6 times in float, 10 in
///        double, once where no |predicted| exceeds `at_least`
/// \throws std::invalid_argument unless size < 2^32.
template <Real R, bool in_teams, ExecutionSpace Exec, class Predicted, class Finish>
void abs_quantile(const char* function, const char* label, const Exec& exec, std::size_t samples,
                  std::size_t size, double quantile, double at_least, const Predicted& predicted,
                  const Finish& finish) {
  using Kernel = AbsQuantile<R, Exec, Predicted, Finish, in_teams>;
  require(size < (std::size_t{1} << 32), function, "a sample", "have fewer than 2^32 elements",
          size);
  if (samples * size == 0) return;
  const Kernel kernel{predicted, finish, size, QuantilePosition(quantile, size), at_least};
  const auto league = static_cast<int>(samples);
  auto policy = in_teams ? Kokkos::TeamPolicy<Exec>(exec, league, Kokkos::AUTO)
                         : Kokkos::TeamPolicy<Exec>(exec, league, 1);
  policy.set_scratch_size(0, Kokkos::PerTeam(Kernel::scratch() + alignof(std::max_align_t)));
  Kokkos::parallel_for(label, policy, kernel);
}

}  // namespace iddpm::detail
