// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>

namespace iddpm::math {

namespace detail {

/// (1 + 9/8 x) erfcx(x) for x >= 0 as a polynomial in t = (x - k) / (x + k), which runs from -1 to
/// 1; minimax for the relative error, 2^-28.9 in float (k = 3) and 2^-59.7 in double (k = 4).
template <Real R>
KOKKOS_INLINE_FUNCTION R erfcx_scaled(R t) {
  if constexpr (std::same_as<R, float>)
    return horner(t, 3.99230084e-5f, -3.19208775e-5f, -0.000390858477f, 0.000801404123f,
                  0.0017163828f, -0.0115030594f, 0.0277561098f, -0.0357377008f, 0.00724911876f,
                  0.0806978792f, -0.219014034f, 0.78313005f);
  else
    return horner(t, -6.1944557681116383e-11, -1.5652595415566935e-10, 8.4331570053852964e-10,
                  1.8769894016506695e-9, -7.1507345921942518e-9, -1.2560565610082769e-8,
                  5.4830589013418135e-8, 5.4610233718649152e-8, -4.2157410032498063e-7,
                  3.9995538054067517e-8, 3.0324201738187143e-6, -5.0237578443427206e-6,
                  -1.4556996558434638e-5, 7.4856327279575432e-5, -7.7526809619790985e-5,
                  -0.00043576821269995352, 0.0024808651424993735, -0.00733486007328396,
                  0.015287501099936157, -0.023617493542410814, 0.025115050344258139,
                  -0.0091630845333992971, -0.033558201786810099, 0.10434091383446445,
                  -0.19187914955539148, 0.75349701693783766);
}

}  // namespace detail

/// erfcx(x) = e^(x^2) erfc(x), the complementary error function without its decay, at most 4 ulp
/// off: near 1 / (x sqrt(pi)) far to the right, overflowing to infinity to the left of -26.6
/// (float: -9.3); passes NaN. Divides, so not for code whose bits must be the same everywhere.
template <Real R>
KOKKOS_INLINE_FUNCTION R erfcx(R x) {
  const R size = x < R(0) ? -x : x, k = std::same_as<R, float> ? R(3) : R(4);
  const R sum = size + k;
  // As 1 - 2 k / sum, which has a meaning at infinity too.
  const R scaled = detail::erfcx_scaled(R(1) - R(2) * k / sum);
  const R right = scaled / Kokkos::fma(R(1.125), size, R(1));
  if (!(x < R(0))) return right;
  // erfc(-x) = 2 - erfc(x); `rest` is what the rounding of the square lost.
  const R square = x * x, rest = Kokkos::fma(x, x, -square);
  const R power = R(2) * exp(square);
  return power < from_bits<R>(infinity_bits<R>()) ? Kokkos::fma(power, rest, power) - right : power;
}

}  // namespace iddpm::math
