// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/errors.hpp"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// \file
/// docs/accuracy.md.

namespace accuracy {

inline std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text,
                x >= 1e4  ? "%.1e"
                : x >= 10 ? "%.0f"
                : x >= 1  ? "%.2f"
                          : "%.3f",
                x);
  return x == 0 ? "0" : text;
}

/// The processor's name, where the system says it.
inline std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  const std::string key = "model name";
  for (std::string line; std::getline(file, line);)
    if (line.compare(0, key.size(), key) == 0 && line.find(": ") != std::string::npos)
      return line.substr(line.find(": ") + 2);
  return "an unnamed processor";
}

inline std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "g++ " __VERSION__;
#else
  return "an unnamed compiler";
#endif
}

inline std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::localtime(&now));
  return text;
}

inline std::string introduction() {
#if defined(__FMA__)
  const std::string fma = "with";
#else
  const std::string fma = "without";
#endif
  return
      R"(# Accuracy: the worst error of every number, in units in the last place

Each number is computed in double and in float and compared with the same number in 200
bits (60 digits, MPFR). An error of 1 is one unit in the last place of the true value in
that type, or, where a value is a sum, of the sum's largest term, multiplied out: what
rounding the terms alone must cost. 0.5 is a number rounded once, the best there is.

The truth begins at the definitions: the betas from their schedule's formula, the
coefficients from those betas. What a formula is given besides (data, noise, a network's
output, a schedule's arguments) is taken as the float or double that it is. The schedules
are Linear, Cosine, ScaledLinear and Sigmoid with their usual arguments and T = 1, 2, 20,
21, 1000 and 4000; Linear refuses T = 2 and 20, where a beta would not be below 1, and
that is tested. The coefficients are compared at every timestep, all else at up to 41
timesteps, evenly spread, with 256 elements each: the noise, x_t and network outputs are
standard normals, the data 8-bit levels. All inputs are fixed.

`bound` is what the CTest `accuracy` holds every build to; the columns `at` say where the
worst error was met. This page is the program's own:

    cmake --preset test && cmake --build --preset test --target accuracy
    ./build/test/tests/accuracy --write docs/accuracy.md

)" + today() +
      ", " + processor() + ", " + compiler() + ", " + fma + " hardware fma.\n";
}

inline std::string cells(const Worst& worst, double bound, bool with_place) {
  const std::string cells = " | " + number(worst.ulps()) + " | " + number(bound);
  return with_place ? cells + " | " + worst.where().text() : cells;
}

inline std::string table(const std::vector<Quantity>& quantities) {
  const bool with_place = quantities.front().in_double.where().schedule != nullptr;
  std::string text = with_place ? "| quantity | double | bound | at | float | bound | at |\n"
                                  "|---|---|---|---|---|---|---|\n"
                                : "| quantity | double | bound | float | bound |\n"
                                  "|---|---|---|---|---|\n";
  for (const Quantity& q : quantities)
    text += "| " + q.bound.quantity + cells(q.in_double, q.bound.in_double, with_place) +
            cells(q.in_float, q.bound.in_float, with_place) + " |\n";
  return text;
}

inline std::string page(const Errors& errors) {
  std::string text = introduction();
  for (const Section& section : errors.sections())
    text += "\n## " + section.title + "\n\n" + section.how + "\n" + table(section.quantities);
  return text;
}

/// A bound a little above the error: by a fifth, to two digits; 0.501 where it was rounded once.
inline double suggested(double ulps) {
  if (ulps == 0) return 0;
  if (ulps <= 0.501) return 0.501;
  const double digits = std::pow(10, std::floor(std::log10(1.2 * ulps)) - 1);
  return std::ceil(1.2 * ulps / digits) * digits;
}

/// The lines of bounds.hpp as they would be for these errors.
inline std::string suggested_bounds(const Errors& errors) {
  std::ostringstream text;
  for (const Section& section : errors.sections())
    for (const Quantity& q : section.quantities)
      text << "{\"" << q.bound.quantity << "\", " << suggested(q.in_double.ulps()) << ", "
           << suggested(q.in_float.ulps()) << "},\n";
  return text.str();
}

}  // namespace accuracy
