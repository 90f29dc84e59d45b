// SPDX-License-Identifier: MIT
#pragma once

#include "exhaustive/report.hpp"
#include "exhaustive/scan.hpp"
#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>
#include <iddpm/math/sincos.hpp>

/// \file
/// The functions of one float at every float: all signs, subnormals, infinities and NaNs.

namespace exhaustive {

/// The worst error of results that are normal floats (or not finite), and of subnormal ones.
struct ByResult {
  Worst normal, subnormal;

  void add(double error, std::uint32_t at, double truth) {
    const bool small = std::fabs(truth) < static_cast<double>(std::numeric_limits<float>::min());
    (small ? subnormal : normal).add(error, at);
  }
  void merge(const ByResult& other) {
    normal.merge(other.normal);
    subnormal.merge(other.subnormal);
  }
};

template <class Ours, class Truth>
ByResult measure(std::uint64_t stride, const Ours& ours, const Truth& truth) {
  return scan<ByResult>(stride, [&](ByResult& worst, std::uint32_t word) {
    const auto x = std::bit_cast<float>(word);
    const double y = truth(static_cast<double>(x));
    worst.add(float_ulps(ours(x), y), word, y);
  });
}

inline void measure_functions(Report& report, std::uint64_t stride) {
  namespace math = iddpm::math;
  const auto row = [&](const char* name, double bound, double subnormal_bound, auto ours,
                       auto truth) {
    const ByResult worst = measure(stride, ours, truth);
    report.add_float(name, worst.normal, bound);
    report.add_float(std::string(name) + ", subnormal results", worst.subnormal, subnormal_bound);
  };
  const auto within = [](double x, double y) { return std::fabs(x) <= 65536 ? y : nan; };
  row(
      "exp", 1, 2, [](float x) { return math::exp(x); }, [](double x) { return std::exp(x); });
  row(
      "expm1", 2, 2, [](float x) { return math::expm1(x); },
      [](double x) { return std::expm1(x); });
  row(
      "log", 1, 1, [](float x) { return math::log(x); }, [](double x) { return std::log(x); });
  row(
      "log1p", 2, 2, [](float x) { return math::log1p(x); },
      [](double x) { return std::log1p(x); });
  row(
      "sin", 2, 2, [](float x) { return math::sin(x); },
      [&](double x) { return within(x, std::sin(x)); });
  row(
      "cos", 2, 2, [](float x) { return math::cos(x); },
      [&](double x) { return within(x, std::cos(x)); });
}

/// Whether the measure finds one float among them all whose result is four units off.
inline bool measure_finds_one_bad_float(std::uint64_t stride) {
  const auto bad = static_cast<std::uint32_t>(0x3f000000u / stride * stride);
  const auto almost_exp = [&](float x) {
    const float y = static_cast<float>(std::exp(static_cast<double>(x)));
    const auto bits = std::bit_cast<std::uint32_t>(y);
    return std::bit_cast<std::uint32_t>(x) == bad ? std::bit_cast<float>(bits + 4) : y;
  };
  const ByResult worst = measure(stride, almost_exp, [](double x) { return std::exp(x); });
  return worst.normal.error > 3 && worst.normal.word == bad;
}

}  // namespace exhaustive
