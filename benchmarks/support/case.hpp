// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

/// \file
/// What is measured: one operation on one backend at one size. The same cases run under Google
/// Benchmark and, one at a time, for a program that compares (see serve.hpp).

namespace bench {

/// Runs so many calls, waits for them, and gives the seconds that count; a negative number where
/// those are simply the seconds it took.
using Run = std::function<double(std::size_t calls)>;

/// The values that an operation must read and write per element, noise made in registers.
struct Traffic {
  int reads;
  int writes;
  std::size_t value_bytes = sizeof(float);

  [[nodiscard]] double bytes() const {
    return static_cast<double>(static_cast<std::size_t>(reads + writes) * value_bytes);
  }
};

struct Case {
  std::string question;   ///< operations, growth, choices, run
  std::string operation;  ///< p_sample, copy, ...
  std::string choice;     ///< what is not as in the operation of that name; may be empty
  std::string backend;
  int threads;
  std::size_t elements;  ///< of one call
  Traffic traffic;
  int repetitions;  ///< 0: those of the command line
  std::size_t calls_per_fence;
  bool has_own_clock;
  std::function<Run()> prepare;  ///< allocates and fills; not timed

  /// `question/operation/backend:OpenMP/threads:2/elements:1000[/choice:...]`
  [[nodiscard]] std::string name() const {
    return question + "/" + operation + "/backend:" + backend +
           "/threads:" + std::to_string(threads) + "/elements:" + std::to_string(elements) +
           (choice.empty() ? "" : "/choice:" + choice);
  }
};

using Cases = std::vector<Case>;

// One source file each: for every backend, at every size, they add what they measure.
void add_stream(Cases& cases);
void add_sampling(Cases& cases);
void add_training(Cases& cases);
void add_noise(Cases& cases);
void add_runs(Cases& cases);
void add_solvers(Cases& cases);

}  // namespace bench
