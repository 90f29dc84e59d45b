// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

/// \file
/// What was measured, as Google Benchmark's JSON tells it, and what is asked of it.

namespace bench_report {

/// One case: the median of its repetitions, and how far apart they were.
struct Result {
  std::string question, operation, choice, backend;
  int threads = 0;
  double elements = 0;
  double bytes_per_element = 0;
  int reads = 0, writes = 0;
  int repetitions = 0;
  double seconds = 0;                        ///< of one call
  double low_seconds = 0, high_seconds = 0;  ///< quartiles

  [[nodiscard]] double ns_per_element() const { return seconds / elements * 1e9; }
  [[nodiscard]] double gb_per_s() const { return bytes_per_element * elements / seconds * 1e-9; }
};

struct Results {
  std::vector<std::pair<std::string, std::string>> context;  ///< name and value
  std::string kokkos;                                        ///< its configuration, many lines
  std::vector<Result> all;
  std::vector<std::string> failures;

  [[nodiscard]] const Result* find(const std::string& question, const std::string& operation,
                                   const std::string& backend) const {
    for (const Result& r : all)
      if (r.question == question && r.operation == operation && r.backend == backend) return &r;
    return nullptr;
  }

  /// In the order in which they were added to the program.
  [[nodiscard]] std::vector<Result> of(const std::string& question,
                                       const std::string& backend = "") const {
    std::vector<Result> some;
    for (const Result& r : all)
      if (r.question == question && (backend.empty() || r.backend == backend)) some.push_back(r);
    return some;
  }

  [[nodiscard]] std::vector<std::string> backends() const {
    std::vector<std::string> names;
    for (const Result& r : all)
      if (std::find(names.begin(), names.end(), r.backend) == names.end())
        names.push_back(r.backend);
    return names;
  }
};

/// An operation beside what the memory allows, all in GB/s, 0 where it was not measured.
struct Speed {
  double of_operation = 0;
  double copy = 0, triad = 0;
  double limit = 0;  ///< a kernel that only makes the operation's reads and writes

  explicit Speed(const Results& results, const Result& r) : of_operation(r.gb_per_s()) {
    const auto measured = [&](const std::string& name) {
      const Result* found = results.find("memory", name, r.backend);
      return found != nullptr ? found->gb_per_s() : 0.0;
    };
    copy = measured("copy");
    triad = measured("triad");
    limit = measured("moves_" + std::to_string(r.reads) + "_" + std::to_string(r.writes));
  }

  /// Percent of another speed; NaN where that was not measured.
  [[nodiscard]] double percent(double other) const { return 100 * of_operation / other; }
};

inline double median(std::vector<double> values, double share = 0.5) {
  std::sort(values.begin(), values.end());
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

}  // namespace bench_report
