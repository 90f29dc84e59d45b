// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/bits.hpp>
#include <iddpm/math/constants.hpp>

namespace iddpm::math {

/// x = 2^exponent * mantissa with 2/3 <= mantissa < 4/3, and inverse = 2^-exponent.
template <Real R>
struct Binade {
  R exponent;  ///< a whole number
  R mantissa;  ///< in [2/3, 4/3)
  R inverse;   ///< 2^-exponent
};

/// \pre x is positive and normal; `inverse` has a meaning for x in [2^-100, 2^100] only.
template <Real R>
KOKKOS_INLINE_FUNCTION Binade<R> binade(R x) {
  using F = Format<R>;
  const Bits<R> bias = F::bias << F::fraction;
  const Bits<R> biased = (to_bits(x) - to_bits(R(2.0 / 3.0)) + bias) >> F::fraction;
  // An integer below 2^fraction, or-ed into the bits of 2^fraction, is added to it.
  const R offset = power_of_two<R>(F::bias + F::fraction);
  const R exponent = from_bits<R>(to_bits(offset) | biased) - (offset + R(F::bias));
  const R mantissa = from_bits<R>(to_bits(x) + bias - (biased << F::fraction));
  return {exponent, mantissa, power_of_two<R>(2 * F::bias - biased)};
}

/// ln(2^exponent (1 + f)) for an integer exponent and |f| <= 1/3, from
/// ln(1 + f) = f + f^2 L(f); L is minimax for the relative error, 2^-27.4 in float and 2^-57.4 in
/// double. This is how `log`, `log1p` and the noise share one formula: each finds its own exact f.
template <Real R>
KOKKOS_INLINE_FUNCTION R log_reduced(R exponent, R f) {
  R l;
  if constexpr (std::same_as<R, float>)
    l = horner(f, -0.124527916f, 0.14073655f, -0.122779243f, 0.139879301f, -0.16674304f,
               0.20011498f, -0.24999921f, 0.333331972f, -0.5f);
  else
    l = horner(
        f, -0.07984156465405591, 0.08554604446355335, -0.040344072946701746, 0.041460612555258312,
        -0.057005647173549161, 0.060584148390596011, -0.062368077976553395, 0.066498246974116104,
        -0.071436159539580282, 0.076933289196755503, -0.083333056827705504, 0.090908697433455726,
        -0.10000000618694758, 0.11111112045267099, -0.1249999999209659, 0.1428571427300315,
        -0.16666666666716357, 0.20000000000085494, -0.24999999999999892, 0.33333333333333137, -0.5);
  // exponent * high is exact, so `rest` is what the rounding of `sum` lost.
  const R sum = Kokkos::fma(exponent, Ln2<R>::high, f);
  const R rest = f - Kokkos::fma(exponent, -Ln2<R>::high, sum);
  return sum + Kokkos::fma(f * f, l, Kokkos::fma(exponent, Ln2<R>::low, rest));
}

/// ln x, at most 1 ulp off. Any x: -infinity at 0, NaN below 0, infinity at infinity, passes NaN.
template <Real R>
KOKKOS_INLINE_FUNCTION R log(R x) {
  using F = Format<R>;
  if (!(x > R(0))) return x == R(0) ? -from_bits<R>(infinity_bits<R>()) : quiet_nan<R>();
  if (to_bits(x) >= infinity_bits<R>()) return x;
  const bool subnormal = to_bits(x) >> F::fraction == 0;
  const R lift = power_of_two<R>(F::bias + F::fraction);
  const auto [exponent, mantissa, inverse] = binade(subnormal ? x * lift : x);
  return log_reduced(subnormal ? exponent - R(F::fraction) : exponent, mantissa - R(1));
}

/// ln(1 + x), at most 2 ulp off, also near 0. Any x, as `log`.
template <Real R>
KOKKOS_INLINE_FUNCTION R log1p(R x) {
  // 1 + x; in this form no compiler can fuse a product that the caller gave as x.
  const R sum = R(2) * Kokkos::fma(x, R(0.5), R(0.5));
  const R large = power_of_two<R>(Format<R>::bias + Format<R>::fraction + 2);
  if (!(sum > R(0) && sum < large)) return log(sum);
  const auto [exponent, mantissa, inverse] = binade(sum);
  return log_reduced(exponent, Kokkos::fma(inverse, x, inverse - R(1)));
}

}  // namespace iddpm::math
