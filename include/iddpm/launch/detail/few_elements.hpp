// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/places.hpp>
#include <iddpm/launch/detail/walk.hpp>
#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/launch/sums.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace iddpm::detail {

/// The sums of samples of fewer than Walk::few elements, many samples in a thread: the bits are
/// those of HostReduction, whose lanes hold an element each.
template <std::size_t K, bool host, class Functor, class Finish>
struct FewElements {
  Functor functor;
  Finish finish;
  std::size_t samples, size;
  InstructionSet set;

  static constexpr std::size_t group = host ? Across::most : 1;

  KOKKOS_INLINE_FUNCTION void operator()(std::int64_t index) const {
    const std::size_t first = static_cast<std::size_t>(index) * group;
    if constexpr (host) {
      KOKKOS_IF_ON_HOST((on_host_thread({first, std::min(group, samples - first)});))
    } else {
      on_device_thread(first);
    }
  }

 private:
  static constexpr bool makes_terms = requires { typename Functor::term_type; };

  KOKKOS_INLINE_FUNCTION void on_device_thread(std::size_t sample) const {
    Sums<K> sums;
    if constexpr (makes_terms) {
      Terms<K, typename Functor::term_type, isa::width<isa::Device>> terms;
      for (std::size_t e = 0; e < size; e += 4) {
        terms.first = e;
        functor(isa::Device{}, sample, e, e + 4 < size ? e + 4 : size, terms);
        for (std::size_t k = 0; k < K; ++k)
          for (std::size_t i = 0; i < 4; ++i)
            if (e + i < size) sums.value[k] += static_cast<double>(terms.value[k][i]);
      }
    } else {
      functor(sample, 0, size, sums);
    }
    finish(sample, sums);
  }

  void on_host_thread(const Across& across) const {
    if constexpr (makes_terms) {
      if (with_lanes(set, [&](auto isa) { each_by_itself(isa, across); })) return;
      for (std::size_t i = 0; i < across.count; ++i) by_itself(isa::Portable{}, across.first + i);
    } else {
      for (std::size_t i = 0; i < across.count; ++i) {
        Sums<K> sums;
        functor(across.first + i, 0, size, sums);
        finish(across.first + i, sums);
      }
    }
  }

  // Side by side, each kernel would be compiled once more.
  template <class Isa>
  void each_by_itself(Isa isa, const Across& across) const {
    if constexpr (requires { functor.noise.lanes(isa, across, size, size); }) {
      const std::size_t count = Across::most / ((size + 3) / 4 + (size == 0));
      for (std::size_t first = 0; first < across.count; first += count) {
        const Across some{across.first + first, std::min(count, across.count - first)};
        const auto filled = functor.noise.lanes(isa, some, 0, size);
        for (std::size_t s = 0; s < some.count; ++s) by_itself(filled.of(s), some.first + s);
      }
    } else {
      for (std::size_t i = 0; i < across.count; ++i) by_itself(isa::Scalar{}, across.first + i);
    }
  }

  template <class Isa>
  void by_itself(Isa isa, std::size_t sample) const {
    LaneSums<K> sums;
    Terms<K, typename Functor::term_type, Walk::few> terms;
    terms.first = 0;
    functor(isa, sample, 0, size, terms);
    sums.add(terms, size);
    finish(sample, sums.sum(size));
  }
};

}  // namespace iddpm::detail
