// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/concepts.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace iddpm::detail {

template <ExecutionSpace Exec>
inline constexpr bool on_host = std::is_same_v<typename Exec::memory_space, Kokkos::HostSpace>;

/// A kernel that takes Along and Across for a sample: `is_uniform()` tells whether all samples
/// share what it asks for by their index.
template <class Functor>
concept LaneKernel = requires(const Functor& functor) {
  { functor.is_uniform() } -> std::same_as<bool>;
};

template <class B>
inline constexpr bool is_strided = false;
template <class T>
inline constexpr bool is_strided<StridedBatch<T>> = true;

/// How a launch walks over a batch.
struct Walk {
  static constexpr std::size_t few = 32;  ///< so many elements are worth a walk along a sample

  std::size_t samples, size;
  std::size_t run = 0;  ///< Along's
  bool is_across = false;
};

template <ExecutionSpace Exec, class B>
Walk walk_of(const B& batch) {
  Walk walk{batch.samples, batch.size};
  if constexpr (is_strided<B>) {
    walk.run = batch.run;
    walk.is_across = batch.is_across;
  }
  if (on_host<Exec> && walk.samples > 1 && walk.size < Walk::few) walk.is_across = true;
  return walk;
}

}  // namespace iddpm::detail
