// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/launch/detail/few_elements.hpp>
#include <iddpm/launch/detail/walk.hpp>
#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/launch/sums.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>

/// \file
/// Sums over each sample of a batch, in an order that depends on neither threads nor batch nor
/// instruction set, all in double: on hosts blocks of 1024 elements, each summed in a fixed lane
/// order, then added pairwise; on a GPU the threads of one block, as many as the sample's size
/// says.

namespace iddpm {

namespace detail {

// A sample is a host thread's.
template <std::size_t K, ExecutionSpace Exec, bool strided, class Functor, class Finish>
struct HostReduction {
  using Policy = Kokkos::TeamPolicy<Exec>;
  using Team = typename Policy::member_type;
  static constexpr std::size_t block = 1024;

  Functor functor;
  Finish finish;
  std::size_t size, along;
  InstructionSet set;
  std::size_t blocks = (size + block - 1) / block;

  [[nodiscard]] Policy policy(const Exec& exec, int samples) const {
    auto policy = Policy(exec, samples, 1, 1);
    policy.set_scratch_size(1, Kokkos::PerTeam(scratch() + alignof(Sums<K>)));
    return policy;
  }

  void operator()(const Team& team) const {
    const auto sample = static_cast<std::size_t>(team.league_rank());
    auto* const partial =
        static_cast<Sums<K>*>(team.team_scratch(1).get_shmem_aligned(scratch(), alignof(Sums<K>)));
    for (std::size_t index = 0; index < blocks; ++index) {
      partial[index] = {};
      add(sample, index * block, std::min((index + 1) * block, size), partial[index]);
    }
    for (std::size_t width = 1; width < blocks; width *= 2)
      for (std::size_t i = 0; i + width < blocks; i += 2 * width) partial[i] += partial[i + width];
    finish(sample, blocks > 0 ? partial[0] : Sums<K>{});
  }

 private:
  [[nodiscard]] std::size_t scratch() const { return (blocks > 0 ? blocks : 1) * sizeof(Sums<K>); }

  void add(std::size_t sample, std::size_t begin, std::size_t end, Sums<K>& sum) const {
    if constexpr (strided && LaneKernel<Functor>) {
      const Along of{sample, along};
      if (with_lanes(set, [&](auto isa) { add_by(isa, of, begin, end, sum); })) return;
    }
    with_instruction_set(set, [&](auto isa) { add_by(isa, sample, begin, end, sum); });
  }

  template <class Isa, class Sample>
  void add_by(Isa isa, const Sample& sample, std::size_t begin, std::size_t end,
              Sums<K>& sum) const {
    if constexpr (requires { typename Functor::term_type; }) {
      constexpr std::size_t width = isa::width<Isa>;
      LaneSums<K> sums;
      Terms<K, typename Functor::term_type, width> terms;
      for (std::size_t e = begin; e < end; e += width) {
        const std::size_t count = e + width < end ? width : end - e;
        terms.first = e;
        functor(isa, sample, e, e + count, terms);
        sums.add(terms, count);
      }
      sum += sums.sum();
    } else {
      functor(sample, begin, end, sum);
    }
  }
};

// A sample is a GPU block's.
template <std::size_t K, ExecutionSpace Exec, class Functor, class Finish>
struct DeviceReduction {
  // So that a thread's registers are enough; a larger team would have to spill them.
  static constexpr unsigned most_threads = 512;
  using Policy = Kokkos::TeamPolicy<Exec, Kokkos::LaunchBounds<most_threads>>;
  using Team = typename Policy::member_type;

  Functor functor;
  Finish finish;
  std::size_t size;

  [[nodiscard]] Policy policy(const Exec& exec, int samples) const {
    unsigned threads = 32;
    while (threads < most_threads && std::size_t{4} * threads < size) threads *= 2;
    return Policy(exec, samples, static_cast<int>(threads), 1);
  }

  KOKKOS_INLINE_FUNCTION void operator()(const Team& team) const {
    const auto sample = static_cast<std::size_t>(team.league_rank());
    Sums<K> sums;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, (size + 3) / 4),
        [&](std::size_t four, Sums<K>& mine) {
          add(sample, 4 * four, 4 * four + 4 < size ? 4 * four + 4 : size, mine);
        },
        Kokkos::Sum<Sums<K>>(sums));
    Kokkos::single(Kokkos::PerTeam(team), [&] { finish(sample, sums); });
  }

 private:
  KOKKOS_INLINE_FUNCTION void add(std::size_t sample, std::size_t begin, std::size_t end,
                                  Sums<K>& sum) const {
    if constexpr (requires { typename Functor::term_type; }) {
      Terms<K, typename Functor::term_type, isa::width<isa::Device>> terms;
      terms.first = begin;
      functor(isa::Device{}, sample, begin, end, terms);
      for (std::size_t k = 0; k < K; ++k)
        for (std::size_t i = 0; i < 4; ++i)
          if (begin + i < end) sum.value[k] += static_cast<double>(terms.value[k][i]);
    } else {
      functor(sample, begin, end, sum);
    }
  }
};

template <std::size_t K, bool strided, ExecutionSpace Exec, class Functor, class Finish>
void launch_reduction(const char* label, const Exec& exec, const Walk& walk, const Functor& functor,
                      const Finish& finish) {
  if (walk.samples == 0) return;
  if (walk.size < Walk::few) {
    using Few = FewElements<K, on_host<Exec>, Functor, Finish>;
    const auto count = (walk.samples + Few::group - 1) / Few::group;
    Kokkos::parallel_for(label,
                         Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::int64_t>>(
                             exec, 0, static_cast<std::int64_t>(count)),
                         Few{functor, finish, walk.samples, walk.size, instruction_set()});
    return;
  }
  const auto samples = static_cast<int>(walk.samples);
  if constexpr (on_host<Exec>) {
    const HostReduction<K, Exec, strided, Functor, Finish> reduction{functor, finish, walk.size,
                                                                     walk.run, instruction_set()};
    Kokkos::parallel_for(label, reduction.policy(exec, samples), reduction);
  } else {
    const DeviceReduction<K, Exec, Functor, Finish> reduction{functor, finish, walk.size};
    Kokkos::parallel_for(label, reduction.policy(exec, samples), reduction);
  }
}

}  // namespace detail

/// Sums over all samples of a batch, then `finish(sample, sums)` once per sample, in one kernel.
/// The functor is one of two:
/// - `functor(sample, begin, end, sums)` adds elements [begin, end) to a Sums<K>;
/// - `functor(isa, sample, begin, end, terms)`, with a `Functor::term_type` R, writes each of
///   elements [begin, end)'s K terms into a Terms<K, R, ...>, which need no order. With an
///   `is_uniform()` it is called with Along and Across for a sample too; see core/places.hpp.
/// Begins are multiples of four. Asynchronous on exec; nothing is launched for an empty batch.
template <std::size_t K, ExecutionSpace Exec, class B, class Functor, class Finish>
void reduce_samples(const char* label, const Exec& exec, const B& batch, const Functor& functor,
                    const Finish& finish) {
  detail::launch_reduction<K, detail::is_strided<B>>(label, exec, detail::walk_of<Exec>(batch),
                                                     functor, finish);
}

/// The same over so many samples of so many elements.
template <std::size_t K, ExecutionSpace Exec, class Functor, class Finish>
void reduce_samples(const char* label, const Exec& exec, std::size_t samples, std::size_t size,
                    const Functor& functor, const Finish& finish) {
  detail::launch_reduction<K, false>(label, exec, detail::Walk{samples, size}, functor, finish);
}

}  // namespace iddpm
