// SPDX-License-Identifier: MIT
#pragma once

#include "exhaustive/scan.hpp"

#include <cstdio>
#include <string>

namespace exhaustive {

/// The table of docs/noise.md, a row at a time, each held to its bound.
class Report {
 public:
  Report() {
    std::printf("| quantity | inputs | worst, ulp | bound | at |\n|---|---|---|---|---|\n");
  }

  void add(const std::string& name, std::uint64_t inputs, double error, double bound,
           const std::string& at) {
    const bool held = error <= bound;  // false for NaN
    std::printf("| %s | %llu | %.4f | %.4g | %s |%s\n", name.c_str(),
                static_cast<unsigned long long>(inputs), error, bound, at.c_str(),
                held ? "" : " NOT HELD");
    std::fflush(stdout);
    passed_ = passed_ && held;
  }

  void add_float(const std::string& name, const Worst& worst, double bound) {
    if (worst.count == 0) return;
    char at[64];
    std::snprintf(at, sizeof at, "x = %.9g", static_cast<double>(std::bit_cast<float>(worst.word)));
    add(name, worst.count, worst.error, bound, at);
  }

  void add_word(const std::string& name, const Worst& worst, double bound) {
    char at[64];
    std::snprintf(at, sizeof at, "word %08x", worst.word);
    add(name, worst.count, worst.error, bound, at);
  }

  void require(bool held, const char* sentence) {
    std::printf("\n%s: %s\n", sentence, held ? "yes" : "NO");
    passed_ = passed_ && held;
  }

  [[nodiscard]] bool passed() const { return passed_; }

 private:
  bool passed_ = true;
};

}  // namespace exhaustive
