// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <cfloat>
#include <cstdint>

/// \file
/// What the functions of this room are made of: fused multiply-add, exact powers of two and integer
/// masks. Each step is one correctly rounded IEEE 754 operation, so the result has the same bits on
/// every compiler, optimisation level and processor (round to nearest, subnormals kept, no
/// -ffast-math). Masks stand where a choice between numbers would keep loops from vectorising.

namespace iddpm::math {

#ifndef __FAST_MATH__
static_assert(FLT_EVAL_METHOD == 0, "float and double must be computed in their own precision");
#endif

/// The layout of IEEE 754 binary32 and binary64.
template <Real R>
struct Format;

/// binary32.
template <>
struct Format<float> {
  /// @{
  /// The integer of its bits; how many it has and how many the fraction; the bias of the exponent.
  using Bits = std::uint32_t;
  static constexpr int width = 32, fraction = 23;
  static constexpr Bits bias = 127;
  /// @}
};

/// binary64.
template <>
struct Format<double> {
  /// @{
  /// The integer of its bits; how many it has and how many the fraction; the bias of the exponent.
  using Bits = std::uint64_t;
  static constexpr int width = 64, fraction = 52;
  static constexpr Bits bias = 1023;
  /// @}
};

/// The unsigned integer as wide as R.
template <Real R>
using Bits = typename Format<R>::Bits;

/// @{
/// The bits of a number, and back.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION Bits<R> to_bits(R x) {
  return Kokkos::bit_cast<Bits<R>>(x);
}

template <Real R>
KOKKOS_FORCEINLINE_FUNCTION R from_bits(Bits<R> bits) {
  return Kokkos::bit_cast<R>(bits);
}
/// @}

/// The bits of |x|: ordered as |x| is, NaN above infinity.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION Bits<R> magnitude(R x) {
  return to_bits(x) & (~Bits<R>(0) >> 1);
}

/// The exponent field of infinity and NaN.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION Bits<R> infinity_bits() {
  return (2 * Format<R>::bias + 1) << Format<R>::fraction;
}

/// Not a number, that raises nothing.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION R quiet_nan() {
  return from_bits<R>(infinity_bits<R>() | (Bits<R>(1) << (Format<R>::fraction - 1)));
}

/// All ones where `condition` holds, else zero.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION Bits<R> mask(bool condition) {
  return Bits<R>(0) - Bits<R>(condition);
}

/// a where `mask` is all ones, b where it is zero.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION R select(Bits<R> mask, R a, R b) {
  return from_bits<R>((to_bits(a) & mask) | (to_bits(b) & ~mask));
}

/// -x where `mask` is all ones, x where it is zero.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION R negate_where(Bits<R> mask, R x) {
  return from_bits<R>(to_bits(x) ^ (mask << (Format<R>::width - 1)));
}

/// 2^(biased_exponent - bias) for 0 < biased_exponent <= 2 bias.
template <Real R>
KOKKOS_FORCEINLINE_FUNCTION R power_of_two(Bits<R> biased_exponent) {
  return from_bits<R>(biased_exponent << Format<R>::fraction);
}

/// The polynomial in x with these coefficients, highest power first, by Horner's rule.
template <Real R, std::same_as<R>... Rs>
KOKKOS_FORCEINLINE_FUNCTION R horner(R x, R highest, Rs... lower) {
  R p = highest;
  ((p = Kokkos::fma(p, x, lower)), ...);
  return p;
}

}  // namespace iddpm::math
