// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>

namespace iddpm::math {

/// 1 / (1 + e^-x), at most 3 ulp off; 0 where e^-x overflows. Divides, so not for code whose bits
/// must be the same everywhere.
template <Real R>
KOKKOS_INLINE_FUNCTION R logistic(R x) {
  return R(1) / (R(1) + exp(-x));
}

/// ln(1 + e^x) = -ln(logistic(-x)), without overflow and with full accuracy in the tail.
template <Real R>
KOKKOS_INLINE_FUNCTION R softplus(R x) {
  return (x > 0 ? x : R(0)) + log1p(exp(x > 0 ? -x : x));
}

}  // namespace iddpm::math
