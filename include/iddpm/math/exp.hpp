// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/bits.hpp>
#include <iddpm/math/constants.hpp>

namespace iddpm::math {

namespace detail {

/// e^f - 1 = f + f^2 E(f) for |f| <= ln(2) / 2; E is minimax for the relative error, 2^-28.7 in
/// float and 2^-59.7 in double.
template <Real R>
KOKKOS_INLINE_FUNCTION R expm1_reduced(R f) {
  R e;
  if constexpr (std::same_as<R, float>)
    e = horner(f, 1.98459078e-4f, 1.39407173e-3f, 8.33338965e-3f, 4.16663587e-2f, 1.66666657e-1f,
               0.5f);
  else
    e = horner(f, 2.0875322849987124e-9, 2.5109078757244115e-8, 2.7557402953051741e-7,
               2.755724411120672e-6, 2.4801587171835651e-5, 1.9841269886201581e-4,
               1.3888888888962899e-3, 8.33333333332161e-3, 4.1666666666666505e-2,
               1.6666666666666677e-1, 0.5);
  return Kokkos::fma(f * f, e, f);
}

/// x = k ln 2 + f with integer k (two's complement) and |f| <= ln(2) / 2.
template <Real R>
struct ExpReduction {
  Bits<R> k;
  R f;
};

template <Real R>
KOKKOS_INLINE_FUNCTION ExpReduction<R> reduce_exp(R x) {
  // Adding 1.5 * 2^fraction rounds to an integer and leaves it in the low bits.
  const R shift = R(1.5) * power_of_two<R>(Format<R>::bias + Format<R>::fraction);
  const R shifted = Kokkos::fma(x, R(1.4426950408889634), shift);
  const R k = shifted - shift;
  const R f = Kokkos::fma(k, -Ln2<R>::low, Kokkos::fma(k, -Ln2<R>::high, x));
  return {to_bits(shifted) - to_bits(shift), f};
}

/// x within [-limit, limit]; NaN passes.
template <Real R>
KOKKOS_INLINE_FUNCTION R clamp_magnitude(R x, R limit) {
  const R size = from_bits<R>(magnitude(x)), within = size > limit ? limit : size;
  return from_bits<R>(to_bits(within) | (to_bits(x) ^ to_bits(size)));
}

}  // namespace detail

/// e^x, at most 1 ulp off (2 where the result is subnormal). Any x: overflows to infinity,
/// underflows through the subnormals to 0, passes NaN.
template <Real R>
KOKKOS_INLINE_FUNCTION R exp(R x) {
  // e^-limit rounds to zero and e^limit to infinity.
  const R limit = std::same_as<R, float> ? R(104) : R(746);
  const auto [k, f] = detail::reduce_exp(detail::clamp_magnitude(x, limit));
  // 2^k in two halves, neither of which over- or underflows alone. Both products are exact but for
  // subnormal results, so a compiler that fuses the last one into a caller's sum changes nothing.
  const Bits<R> both = k + 2 * Format<R>::bias, half = both >> 1;
  const R power = R(1) + detail::expm1_reduced(f);
  return power * power_of_two<R>(half) * power_of_two<R>(both - half);
}

/// e^x - 1, at most 2 ulp off, also near 0. Any x, as `exp`.
template <Real R>
KOKKOS_INLINE_FUNCTION R expm1(R x) {
  const R limit = std::same_as<R, float> ? R(104) : R(746);
  const auto [k, f] = detail::reduce_exp(detail::clamp_magnitude(x, limit));
  // 2^k = a b, as in `exp`: a b (1 + p) - 1 = b (a p + (a - 1 / b)), where b and 1 / b are exact.
  const Bits<R> both = k + 2 * Format<R>::bias, half = both >> 1, rest = both - half;
  const R a = power_of_two<R>(half), b = power_of_two<R>(rest);
  const R reciprocal = power_of_two<R>(2 * Format<R>::bias - rest);
  return b * Kokkos::fma(a, detail::expm1_reduced(f), a - reciprocal);
}

}  // namespace iddpm::math
