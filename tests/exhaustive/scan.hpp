// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

/// \file
/// A walk over all 2^32 words, or every stride-th, on all threads, and the worst error on the way.

namespace exhaustive {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// `body(part, word)` for the words 0, stride, 2 stride, ... below 2^32; `Part` is default
/// constructed for each of the parts of the walk, and `merge` adds one to another.
template <class Part, class Body>
Part scan(std::uint64_t stride, const Body& body) {
  using Exec = Kokkos::DefaultHostExecutionSpace;
  constexpr std::uint64_t parts = 256, words = std::uint64_t{1} << 32;
  const std::uint64_t count = (words + stride - 1) / stride;
  std::vector<Part> results(parts);
  Kokkos::parallel_for("iddpm::tests::scan",
                       Kokkos::RangePolicy<Exec, Kokkos::Schedule<Kokkos::Dynamic>>(0, parts),
                       [&, out = results.data()](int part) {
                         const auto p = static_cast<std::uint64_t>(part);
                         for (std::uint64_t i = count * p / parts; i < count * (p + 1) / parts; ++i)
                           body(out[part], static_cast<std::uint32_t>(i * stride));
                       });
  Exec().fence();
  for (std::uint64_t p = 1; p < parts; ++p) results[0].merge(results[p]);
  return results[0];
}

/// The error of a float in units of the true value's last place. The truth comes from libm's double
/// functions, themselves off by about one unit of a double: 2e-9 of these. Infinity is right where
/// the truth lies beyond the largest float; a NaN that the truth is not (or the reverse) is NaN.
inline double float_ulps(float got, double truth) {
  if (std::isnan(truth) && std::isnan(got)) return 0;
  const bool beyond = std::fabs(truth) > static_cast<double>(std::numeric_limits<float>::max());
  if (beyond && std::isinf(got)) return std::signbit(got) == std::signbit(truth) ? 0 : HUGE_VAL;
  const auto biased = static_cast<int>(std::bit_cast<std::uint64_t>(truth) >> 52 & 0x7ff);
  const int last_place = std::max(biased - 1023, -126) - 23;
  const auto scale = std::bit_cast<double>(static_cast<std::uint64_t>(1023 - last_place) << 52);
  return std::fabs(static_cast<double>(got) - truth) * scale;
}

/// The largest error seen, and the first word that had it; NaN stays.
struct Worst {
  double error = 0;
  std::uint32_t word = 0;
  std::uint64_t count = 0;

  void add(double new_error, std::uint32_t at) {
    ++count;
    if (!std::isnan(error) && !(new_error <= error)) *this = {new_error, at, count};
  }
  void merge(const Worst& other) {
    const std::uint64_t total = count + other.count;
    if (!std::isnan(error) && !(other.error <= error)) *this = other;
    count = total;
  }
};

}  // namespace exhaustive
