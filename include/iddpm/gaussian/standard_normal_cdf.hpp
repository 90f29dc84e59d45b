// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/logistic.hpp>

namespace iddpm {

namespace detail {

// g(z), the logit of the tanh approximation of the normal distribution function.
template <Real R>
KOKKOS_INLINE_FUNCTION R logit_of_cdf(R z) {
  return R(1.5957691216057307) * (z + R(0.044715) * z * z * z);
}

template <Real R>
KOKKOS_INLINE_FUNCTION R logit_slope(R z) {
  return R(1.5957691216057307) * (R(1) + R(0.134145) * z * z);
}

}  // namespace detail

/// The tanh approximation of the standard normal distribution function,
/// 0.5 (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))).
/// \see improved_diffusion/losses.py, approx_standard_normal_cdf.
template <Real R>
KOKKOS_INLINE_FUNCTION R approx_standard_normal_cdf(R z) {
  return math::logistic(detail::logit_of_cdf(z));
}

}  // namespace iddpm
