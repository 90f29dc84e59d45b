// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

/// \file
/// Irrational numbers as sums of two or three floating-point numbers, for argument reduction.

namespace iddpm::math {

/// ln 2 = high + low. high ends in so many zero bits that its product with any exponent is exact.
template <Real R>
struct Ln2;

/// In float.
template <>
struct Ln2<float> {
  /// @{
  /// The parts, the largest first.
  static constexpr float high = 0x1.62e4p-1f, low = 0x1.7f7d1cp-20f;
  /// @}
};

/// In double.
template <>
struct Ln2<double> {
  /// @{
  /// The parts, the largest first.
  static constexpr double high = 0x1.62e42fefa4p-1, low = -0x1.8432a1b0e2634p-43;
  /// @}
};

/// pi / 2 = high + middle + low.
template <Real R>
struct HalfPi;

/// In float.
template <>
struct HalfPi<float> {
  /// @{
  /// The parts, the largest first.
  static constexpr float high = 0x1.921fb6p+0f, middle = -0x1.777a5cp-25f, low = -0x1.ee59dap-50f;
  /// @}
};

/// In double.
template <>
struct HalfPi<double> {
  /// @{
  /// The parts, the largest first.
  static constexpr double high = 0x1.921fb54442d18p+0, middle = 0x1.1a62633145c07p-54,
                          low = -0x1.f1976b7ed8fbcp-110;
  /// @}
};

}  // namespace iddpm::math
