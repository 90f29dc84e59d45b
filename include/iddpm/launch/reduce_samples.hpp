// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/launch/detail/few_elements.hpp>
#include <iddpm/launch/detail/walk.hpp>
#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/launch/sums.hpp>

#include <concepts>
#include <cstddef>

/// \file
/// Sums over each sample of a batch, in an order that depends on neither threads nor batch nor
/// instruction set: blocks of 1024 elements, each summed in a fixed lane order, then added
/// pairwise, all in double.

namespace iddpm {

namespace detail {

template <std::size_t K, ExecutionSpace Exec, bool strided, class Functor, class Finish>
struct SampleReduction {
  using Team = typename Kokkos::TeamPolicy<Exec>::member_type;
  static constexpr bool host = on_host<Exec>;
  static constexpr std::size_t block = 1024;
  static constexpr std::size_t lanes = host ? 1 : 32;
  static constexpr std::size_t run = host ? block : 4;  // a GPU lane takes a Philox block

  Functor functor;
  Finish finish;
  std::size_t size, blocks, along;
  InstructionSet set;

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
    const std::size_t begin = index * block + lane * run;
    const std::size_t end = (index + 1) * block < size ? (index + 1) * block : size;
    if constexpr (host) {
      KOKKOS_IF_ON_HOST((on_host_thread(sample, begin, end, sum);))
    } else {
      for (std::size_t e = begin; e < end; e += lanes * run)
        add_on_device(sample, e, e + run < end ? e + run : end, sum);
    }
  }

  void on_host_thread(std::size_t sample, std::size_t begin, std::size_t end, Sums<K>& sum) const {
    if constexpr (strided && LaneKernel<Functor>) {
      const Along of{sample, along};
      if (with_lanes(set, [&](auto isa) { add_on_host(isa, of, begin, end, sum); })) return;
    }
    with_instruction_set(set, [&](auto isa) { add_on_host(isa, sample, begin, end, sum); });
  }

  template <class Isa, class Sample>
  void add_on_host(Isa isa, const Sample& sample, std::size_t begin, std::size_t end,
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

  KOKKOS_INLINE_FUNCTION void add_on_device(std::size_t sample, std::size_t begin, std::size_t end,
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
  using Reduction = SampleReduction<K, Exec, strided, Functor, Finish>;
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
  const Reduction reduction{functor,   finish,
                            walk.size, (walk.size + Reduction::block - 1) / Reduction::block,
                            walk.run,  instruction_set()};
  const auto league = static_cast<int>(walk.samples);
  auto policy = Reduction::host
                    ? Kokkos::TeamPolicy<Exec>(exec, league, 1, 1)
                    : Kokkos::TeamPolicy<Exec>(exec, league, Kokkos::AUTO, Reduction::lanes);
  policy.set_scratch_size(1, Kokkos::PerTeam(reduction.scratch() + alignof(Sums<K>)));
  Kokkos::parallel_for(label, policy, reduction);
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
