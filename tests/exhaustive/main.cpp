// SPDX-License-Identifier: MIT
// The float functions at every float and the float normals of every word, or at every STRIDE-th:
//   exhaustive STRIDE
// prints a table in units of the last place and fails where a bound is not held.
#include "exhaustive/functions.hpp"
#include "exhaustive/normals.hpp"

#include <charconv>
#include <string_view>

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  const std::string_view text = argc == 2 ? argv[1] : "";
  std::uint32_t stride = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), stride);
  if (error != std::errc{} || end != text.data() + text.size() || stride == 0) {
    std::fputs("usage: exhaustive STRIDE (1: every float and word)\n", stderr);
    return 2;
  }
  exhaustive::Report report;
  exhaustive::measure_functions(report, stride);
  exhaustive::measure_normals(report, stride);
  report.require(exhaustive::measure_finds_one_bad_float(4099),
                 "one float that is four units off is found");
  return report.passed() ? 0 : 1;
}
