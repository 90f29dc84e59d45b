// SPDX-License-Identifier: MIT
// How fast does this machine move memory? STREAM's copy and triad on arrays that no cache holds,
// and kernels that do nothing but an operation's reads and writes, at that operation's size.
#include "support/plan.hpp"

#include <Kokkos_Core.hpp>

#include <cstdint>

namespace bench {
namespace {

template <class Exec>
using Array = Kokkos::View<float*, typename Exec::memory_space>;

// The first array that is written depends on all that are read.
template <int Reads, int Writes>
struct Move {
  const float *i0, *i1, *i2, *i3;
  float *o0, *o1;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t e) const {
    float value = 0.5f;
    if constexpr (Reads > 0) value = i0[e];
    if constexpr (Reads > 1) value = value + 0.5f * i1[e];
    if constexpr (Reads > 2) value = value + i2[e];
    if constexpr (Reads > 3) value = value + i3[e];
    o0[e] = value;
    if constexpr (Writes > 1) o1[e] = value;
  }
};

// A sum of integers, because one of floats may not be reordered, so is not vectorised.
template <int Reads>
struct Read {
  const std::uint32_t *i0, *i1, *i2, *i3;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t e, std::uint64_t& sum) const {
    static_assert(Reads == 4, "no other operation reads only");
    sum += i0[e] ^ i1[e] ^ i2[e] ^ i3[e];
  }
};

template <class Exec>
struct Arrays {
  Array<Exec> in[4], out[2];

  Arrays(std::size_t size, int reads, int writes) {
    for (int i = 0; i < reads; ++i) in[i] = array(size);
    for (int i = 0; i < writes; ++i) out[i] = array(size);
  }

  static Array<Exec> array(std::size_t size) {
    const Array<Exec> view(Kokkos::view_alloc(Kokkos::WithoutInitializing, "array"), size);
    Kokkos::parallel_for("bench::fill",
                         Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(0, size),
                         FillLevels<Array<Exec>>{view, 7});
    Exec().fence("bench::fill");
    return view;
  }
};

template <int Reads, int Writes, class Exec>
Run move(const Exec& exec, std::size_t size) {
  const Arrays<Exec> a(size, Reads, Writes);
  const Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>> range(exec, 0, size);
  if constexpr (Writes == 0) {
    const auto bits = [&](int i) { return reinterpret_cast<const std::uint32_t*>(a.in[i].data()); };
    const Read<Reads> kernel{bits(0), bits(1), bits(2), bits(3)};
    const Kokkos::View<std::uint64_t, typename Exec::memory_space> sum("sum");
    return repeated(exec, [a, range, kernel, sum] {
      Kokkos::parallel_reduce("bench::read", range, kernel, sum);
    });
  } else {
    const Move<Reads, Writes> kernel{a.in[0].data(), a.in[1].data(),  a.in[2].data(),
                                     a.in[3].data(), a.out[0].data(), a.out[1].data()};
    return repeated(exec,
                    [a, range, kernel] { Kokkos::parallel_for("bench::move", range, kernel); });
  }
}

template <int Reads, int Writes, class W>
void add(Cases& cases, const W& worker, const std::string& question, const std::string& name,
         std::size_t size, int repetitions) {
  using Exec = typename W::execution_space;
  cases.push_back({question, name, "", worker.exec.name(), worker.threads, size,
                   Traffic{Reads, Writes}, repetitions, calls_per_fence<Exec>, false,
                   [worker, size] { return move<Reads, Writes>(worker.exec, size); }});
}

}  // namespace

void add_stream(Cases& cases) {
  for_each_worker([&](const auto& worker) {
    for (const Size& size : growth_sizes())
      add<1, 1>(cases, worker, "growth", "copy", count(size.shape), size.repetitions);
    if (!worker.is_whole) return;
    constexpr std::size_t large = std::size_t{1} << 25;
    add<1, 1>(cases, worker, "memory", "copy", large, headline_repetitions);
    add<2, 1>(cases, worker, "memory", "triad", large, headline_repetitions);
    const std::size_t size = count(headline_shape);
    add<0, 1>(cases, worker, "memory", "moves_0_1", size, headline_repetitions);
    add<1, 1>(cases, worker, "memory", "moves_1_1", size, headline_repetitions);
    add<2, 1>(cases, worker, "memory", "moves_2_1", size, headline_repetitions);
    add<3, 1>(cases, worker, "memory", "moves_3_1", size, headline_repetitions);
    add<4, 0>(cases, worker, "memory", "moves_4_0", size, headline_repetitions);
    add<4, 2>(cases, worker, "memory", "moves_4_2", size, headline_repetitions);
  });
}

}  // namespace bench
