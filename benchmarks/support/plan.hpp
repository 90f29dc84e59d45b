// SPDX-License-Identifier: MIT
#pragma once

#include "workspace.hpp"
#include <iddpm/process.hpp>

#include <string>
#include <utility>
#include <vector>

/// \file
/// What is asked of every operation: how fast at one size, and how that grows.

namespace bench {

inline constexpr Shape headline_shape{16, 3, 256, 256};

/// As many as Google Benchmark's option says; see main.cpp.
inline constexpr int headline_repetitions = 0;

struct Size {
  std::string question;
  Shape shape;
  int repetitions;
};

/// From 10^4 elements, one sample, to 10^8.
inline std::vector<Size> growth_sizes() {
  std::vector<Size> sizes;
  for (std::size_t samples = 1; samples <= 10000; samples *= 10)
    sizes.push_back({"growth", {samples, 4, 50, 50}, samples < 10000 ? 7 : 3});
  return sizes;
}

/// Adds an operation at the headline's size and, if it `grows`, at all sizes and numbers of
/// threads. \param make `make(worker, shape)` allocates and gives what one call does
template <class W, class Make>
void add_operation(Cases& cases, const W& worker, const std::string& operation,
                   const Traffic& traffic, bool grows, const Make& make) {
  using Exec = typename W::execution_space;
  const auto add = [&](const Size& size) {
    cases.push_back({size.question, operation, "", worker.exec.name(), worker.threads,
                     count(size.shape), traffic, size.repetitions, calls_per_fence<Exec>, false,
                     [worker, make, shape = size.shape] {
                       return repeated(worker.exec, make(worker, shape));
                     }});
  };
  if (worker.is_whole) add({"operations", headline_shape, headline_repetitions});
  if (!grows) return;
  for (const Size& size : growth_sizes()) add(size);
}

/// Adds an operation as `choice` says, at the headline's size.
template <class W, class Make>
void add_choice(Cases& cases, const W& worker, const std::string& operation,
                const std::string& choice, const Traffic& traffic, const Make& make) {
  using Exec = typename W::execution_space;
  if (!worker.is_whole) return;
  cases.push_back({"choices", operation, choice, worker.exec.name(), worker.threads,
                   count(headline_shape), traffic, headline_repetitions, calls_per_fence<Exec>,
                   false,
                   [worker, make] { return repeated(worker.exec, make(worker, headline_shape)); }});
}

}  // namespace bench
