// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/bits.hpp>
#include <iddpm/math/constants.hpp>

namespace iddpm::math {

/// Sine and cosine of one angle.
template <Real R>
struct SinCos {
  R sin;  ///< sine
  R cos;  ///< cosine
};

/// Sine and cosine of a + tail for |a| <= pi / 4, where the tail is what the rounding of a lost:
/// sin a = a + a^3 S(a^2), cos a = 1 + a^2 C(a^2); S and C are minimax for the relative errors,
/// 2^-28 and 2^-32 in float, 2^-58 and 2^-63 in double.
template <Real R>
KOKKOS_INLINE_FUNCTION SinCos<R> sincos_reduced(R a, R tail) {
  const R a2 = Kokkos::fma(a, a, R(2) * a * tail);
  R s, c;
  if constexpr (std::same_as<R, float>) {
    s = horner(a2, -1.95187909e-4f, 8.33219197e-3f, -1.66666552e-1f);
    c = horner(a2, 2.4433155e-5f, -1.38873165e-3f, 4.16666456e-2f, -0.5f);
  } else {
    s = horner(a2, 1.5896908977836453e-10, -2.5050760238990187e-8, 2.755731370699527e-6,
               -1.9841269829857792e-4, 8.3333333333224895e-3, -1.6666666666666632e-1);
    c = horner(a2, -1.1358749181398781e-11, 2.0875705395290253e-9, -2.755731421703596e-7,
               2.4801587289002076e-5, -1.3888888888873342e-3, 4.1666666666666595e-2, -0.5);
  }
  return {a + Kokkos::fma(a * a2, s, tail), Kokkos::fma(a2, c, R(1))};
}

/// Sine and cosine of a + quarters * pi / 2, from those of a.
template <Real R>
KOKKOS_INLINE_FUNCTION SinCos<R> turn(SinCos<R> of_a, Bits<R> quarters) {
  const Bits<R> odd = Bits<R>(0) - (quarters & 1);
  const Bits<R> swap = (to_bits(of_a.sin) ^ to_bits(of_a.cos)) & odd;
  return {negate_where(quarters >> 1, from_bits<R>(to_bits(of_a.sin) ^ swap)),
          negate_where((quarters + 1) >> 1, from_bits<R>(to_bits(of_a.cos) ^ swap))};
}

/// sin x and cos x, each at most 2 ulp off, also near their zeros. |x| <= 2^16; NaN outside.
template <Real R>
KOKKOS_INLINE_FUNCTION SinCos<R> sincos(R x) {
  const Bits<R> outside = mask<R>(magnitude(x) > to_bits(R(65536)));
  const R shift = R(1.5) * power_of_two<R>(Format<R>::bias + Format<R>::fraction);
  const R shifted = Kokkos::fma(x, R(0.63661977236758134), shift);
  const R n = shifted - shift;
  const R coarse = Kokkos::fma(n, -HalfPi<R>::high, x);  // exact
  const R a = Kokkos::fma(n, -HalfPi<R>::low, Kokkos::fma(n, -HalfPi<R>::middle, coarse));
  return turn(sincos_reduced(select(outside, quiet_nan<R>(), a), R(0)), to_bits(shifted));
}

/// sin x; see `sincos`.
template <Real R>
KOKKOS_INLINE_FUNCTION R sin(R x) {
  return sincos(x).sin;
}

/// cos x; see `sincos`.
template <Real R>
KOKKOS_INLINE_FUNCTION R cos(R x) {
  return sincos(x).cos;
}

}  // namespace iddpm::math
