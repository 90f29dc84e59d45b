// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <cstddef>

/// \file
/// Sums over each sample of a batch, in an order that depends on neither threads nor batch: blocks
/// of 1024 elements, each summed in a fixed lane order, then added pairwise, all in double.

namespace iddpm {

/// K sums that are made together.
template <std::size_t K>
struct Sums {
  double value[K] = {};

  KOKKOS_INLINE_FUNCTION Sums& operator+=(const Sums& other) {
    for (std::size_t k = 0; k < K; ++k) value[k] += other.value[k];
    return *this;
  }
};

namespace detail {

template <std::size_t K, ExecutionSpace Exec, class Functor, class Finish>
struct SampleReduction {
  using Team = typename Kokkos::TeamPolicy<Exec>::member_type;
  static constexpr bool on_host = Kokkos::SpaceAccessibility<Exec, Kokkos::HostSpace>::accessible;
  static constexpr std::size_t block = 1024;
  static constexpr std::size_t lanes = on_host ? 1 : 32;
  static constexpr std::size_t run = on_host ? block : 4;  // a GPU lane takes a Philox block

  Functor functor;
  Finish finish;
  std::size_t size, blocks;

  KOKKOS_INLINE_FUNCTION void operator()(const Team& team) const {
    const auto sample = static_cast<std::size_t>(team.league_rank());
    auto* const partial =
        static_cast<Sums<K>*>(team.team_scratch(1).get_shmem_aligned(scratch(), alignof(Sums<K>)));
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, blocks), [&](std::size_t index) {
      Sums<K> sum;
      Kokkos::parallel_reduce(
          Kokkos::ThreadVectorRange(team, lanes),
          [&](std::size_t lane, Sums<K>& lane_sum) { add(sample, index, lane, lane_sum); },
          Kokkos::Sum<Sums<K>>(sum));
      Kokkos::single(Kokkos::PerThread(team), [&] { partial[index] = sum; });
    });
    team.team_barrier();
    Kokkos::single(Kokkos::PerTeam(team), [&] {
      for (std::size_t width = 1; width < blocks; width *= 2)
        for (std::size_t i = 0; i + width < blocks; i += 2 * width)
          partial[i] += partial[i + width];
      finish(sample, blocks > 0 ? partial[0] : Sums<K>{});
    });
  }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::size_t scratch() const {
    return (blocks > 0 ? blocks : 1) * sizeof(Sums<K>);
  }

 private:
  KOKKOS_INLINE_FUNCTION void add(std::size_t sample, std::size_t index, std::size_t lane,
                                  Sums<K>& sum) const {
    const std::size_t end = (index + 1) * block < size ? (index + 1) * block : size;
    for (std::size_t e = index * block + lane * run; e < end; e += lanes * run)
      functor(sample, e, e + run < end ? e + run : end, sum);
  }
};

}  // namespace detail

/// Launches `functor(sample, begin, end, sums)`, which adds elements [begin, end) to K sums, over
/// all samples, then `finish(sample, sums)` once per sample, in one kernel. Begins are multiples of
/// four. Asynchronous on exec; nothing is launched for an empty batch.
template <std::size_t K, ExecutionSpace Exec, class Functor, class Finish>
void reduce_samples(const char* label, const Exec& exec, std::size_t samples, std::size_t size,
                    const Functor& functor, const Finish& finish) {
  using Reduction = detail::SampleReduction<K, Exec, Functor, Finish>;
  if (samples == 0) return;
  const Reduction reduction{functor, finish, size,
                            (size + Reduction::block - 1) / Reduction::block};
  const auto league = static_cast<int>(samples);
  auto policy = Reduction::on_host
                    ? Kokkos::TeamPolicy<Exec>(exec, league, 1, 1)
                    : Kokkos::TeamPolicy<Exec>(exec, league, Kokkos::AUTO, Reduction::lanes);
  policy.set_scratch_size(1, Kokkos::PerTeam(reduction.scratch() + alignof(Sums<K>)));
  Kokkos::parallel_for(label, policy, reduction);
}

}  // namespace iddpm

template <std::size_t K>
struct Kokkos::reduction_identity<iddpm::Sums<K>> {
  KOKKOS_FORCEINLINE_FUNCTION static iddpm::Sums<K> sum() { return {}; }
};
