// SPDX-License-Identifier: MIT
#pragma once

#include "results.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

/// \file
/// The answers as tables on a terminal.

namespace bench_report {

inline void print_operations(const Results& results, const std::string& backend) {
  const auto operations = results.of("operations", backend);
  if (operations.empty()) return;
  const Speed memory(results, operations.front());
  std::printf("\n%s, %d threads: copy %.1f GB/s, triad %.1f GB/s\n", backend.c_str(),
              operations.front().threads, memory.copy, memory.triad);
  std::printf("  %-24s%9s%11s%9s%9s%9s%9s%9s\n", "operation", "ms", "ns/element", "bytes", "GB/s",
              "% copy", "% triad", "% limit");
  for (const Result& r : operations) {
    const Speed speed(results, r);
    std::printf("  %-24s%9.3f%11.3f%9.0f%9.2f%9.0f%9.0f%9.0f\n", r.operation.c_str(),
                1e3 * r.seconds, r.ns_per_element(), r.bytes_per_element, speed.of_operation,
                speed.percent(speed.copy), speed.percent(speed.triad), speed.percent(speed.limit));
  }
}

inline void print_growth(const Results& results, const std::string& backend) {
  std::vector<double> sizes;
  std::vector<std::pair<std::string, int>> lines;
  const auto growth = results.of("growth", backend);
  for (const Result& r : growth) {
    if (std::find(sizes.begin(), sizes.end(), r.elements) == sizes.end())
      sizes.push_back(r.elements);
    const std::pair line{r.operation, r.threads};
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  if (growth.empty()) return;
  std::sort(sizes.begin(), sizes.end());
  std::sort(lines.begin(), lines.end());
  std::printf("\n%s: ns per element as it grows\n  %-24s%8s", backend.c_str(), "operation",
              "threads");
  for (const double size : sizes) std::printf("%10.0e", size);
  for (const auto& [operation, threads] : lines) {
    std::printf("\n  %-24s%8d", operation.c_str(), threads);
    for (const double size : sizes)
      for (const Result& r : growth)
        if (r.operation == operation && r.threads == threads && r.elements == size)
          std::printf("%10.3f", r.ns_per_element());
  }
  std::printf("\n");
}

inline void print_choices(const Results& results, const std::string& backend) {
  const auto choices = results.of("choices", backend);
  if (choices.empty()) return;
  std::printf("\n%s: choices, beside the operation as above\n  %-24s%-14s%11s%9s%9s\n",
              backend.c_str(), "operation", "with", "ns/element", "GB/s", "time");
  for (const Result& r : choices) {
    const Result* usual = results.find("operations", r.operation, backend);
    std::printf("  %-24s%-14s%11.3f%9.2f%7.2f x\n", r.operation.c_str(), r.choice.c_str(),
                r.ns_per_element(), r.gb_per_s(),
                usual != nullptr ? r.seconds / usual->seconds : 0.0);
  }
}

inline void print_runs(const Results& results, const std::string& backend) {
  const Result* run = results.find("run", "sample_50_steps", backend);
  const Result* step = results.find("run", "step", backend);
  const Result* beside = results.find("run", "step_beside_kernel", backend);
  if (run != nullptr)
    std::printf("\n%s: 50 steps of 64 x 3 x 32 x 32: %.2f ms, %.3f ns per element and step\n",
                backend.c_str(), 1e3 * run->seconds, run->ns_per_element());
  if (step != nullptr && beside != nullptr)
    std::printf("%s: a step of 1 x 3 x 32 x 32: %.2f us, %.2f us of it beside its kernel\n",
                backend.c_str(), 1e6 * step->seconds, 1e6 * beside->seconds);
  const Result* of_4 = results.find("run", "step_of_4", backend);
  const Result* launch = results.find("run", "launch", backend);
  if (of_4 != nullptr && launch != nullptr)
    std::printf("%s: a step of 4 x 3 x 32 x 32: %.2f us; a kernel that does nothing: %.2f us\n",
                backend.c_str(), 1e6 * of_4->seconds, 1e6 * launch->seconds);
}

inline void print(const Results& results) {
  for (const std::string& backend : results.backends()) {
    print_operations(results, backend);
    print_growth(results, backend);
    print_choices(results, backend);
    print_runs(results, backend);
  }
  for (const std::string& failure : results.failures) std::printf("failed: %s\n", failure.c_str());
}

}  // namespace bench_report
