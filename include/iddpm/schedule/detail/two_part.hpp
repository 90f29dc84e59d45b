// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

namespace iddpm::detail {

/// The largest beta that leaves something: 1 would say that nothing is left.
inline constexpr double below_one = 1 - 0x1p-53;

/// A number and what rounding took from it.
struct TwoPart {
  double high, low;

  void add(double x, double x_low) {
    const double sum = high + x, of_x = sum - high;
    const double lost = (high - (sum - of_x)) + (x - of_x);
    const double rest = lost + low + x_low;
    high = sum + rest;
    low = rest - (high - sum);
  }

  [[nodiscard]] TwoPart times(double factor) const {
    const double product = high * factor;
    return {product, std::fma(low, factor, std::fma(high, factor, -product))};
  }
};

}  // namespace iddpm::detail
