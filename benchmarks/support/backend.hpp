// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"

#include <Kokkos_Core.hpp>

#include <string>
#include <type_traits>
#include <vector>

/// \file
/// Every execution space that this Kokkos has, and how many threads it may use.

namespace bench {

/// An instance to measure, by name.
template <class Exec>
struct Worker {
  using execution_space = Exec;

  Exec exec;
  int threads;
  bool is_whole;  ///< all threads of this backend

  static constexpr bool is_host =
      Kokkos::SpaceAccessibility<Kokkos::HostSpace, typename Exec::memory_space>::accessible;
};

/// A backend with all its threads and, where an instance can be told so, with one.
template <class Exec>
std::vector<Worker<Exec>> workers() {
  std::vector<Worker<Exec>> all{{Exec(), Exec().concurrency(), true}};
#ifdef KOKKOS_ENABLE_OPENMP
  if constexpr (std::is_same_v<Exec, Kokkos::OpenMP>)
    if (Exec().concurrency() > 1) all.push_back({Kokkos::OpenMP(1), 1, false});
#endif
  return all;
}

/// Calls `f(worker)` for every instance of every backend.
template <class F>
void for_each_worker(const F& f) {
#ifdef KOKKOS_ENABLE_SERIAL
  for (const auto& worker : workers<Kokkos::Serial>()) f(worker);
#endif
#ifdef KOKKOS_ENABLE_OPENMP
  for (const auto& worker : workers<Kokkos::OpenMP>()) f(worker);
#endif
#ifdef KOKKOS_ENABLE_THREADS
  for (const auto& worker : workers<Kokkos::Threads>()) f(worker);
#endif
#ifdef KOKKOS_ENABLE_CUDA
  for (const auto& worker : workers<Kokkos::Cuda>()) f(worker);
#endif
#ifdef KOKKOS_ENABLE_HIP
  for (const auto& worker : workers<Kokkos::HIP>()) f(worker);
#endif
}

/// Calls that are queued before a wait: on a device the wait costs as much as a small kernel.
template <class Exec>
constexpr std::size_t calls_per_fence = Worker<Exec>::is_host ? 1 : 16;

/// A run of `calls` times `call()`, which queues work on exec, and one wait.
template <class Exec, class Call>
Run repeated(const Exec& exec, Call call) {
  return [exec, call](std::size_t calls) {
    for (std::size_t i = 0; i < calls; ++i) call();
    exec.fence("bench::repeated");
    return -1.0;
  };
}

}  // namespace bench
