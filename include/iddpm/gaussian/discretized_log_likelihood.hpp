// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>

namespace iddpm {

/// A log-probability in nats and its derivatives with respect to the mean and the log scale.
template <Real R>
struct LogLikelihood {
  R value;
  R d_mean;
  R d_log_scale;
};

namespace detail {

template <Real R>
KOKKOS_INLINE_FUNCTION R softplus(R x) {
  return (x > 0 ? x : R(0)) + math::log1p(math::exp(-Kokkos::abs(x)));
}

template <Real R>
KOKKOS_INLINE_FUNCTION R logistic(R x) {
  const R e = math::exp(-Kokkos::abs(x));
  return (x > 0 ? R(1) : e) / (R(1) + e);
}

}  // namespace detail

namespace decoder {

/// The probability that a normal of the given mean and scale falls into the bin of an 8-bit level:
/// 256 bins of half-width 1 / 255 over [-1, 1], the outer two open to infinity, with the tanh
/// approximation of the normal distribution function, Phi(z) = logistic(g(z)),
/// g(z) = 2 sqrt(2 / pi) (z + 0.044715 z^3).
///
/// With a = g(z+) and b = g(z-) at the bin's edges the log-probability inside is
/// -softplus(-a) - softplus(b) + log(1 - e^-(a - b)): no difference of two near-equal probabilities
/// and no floor, so the tails and their gradients stay true.
/// \see Ho et al. 2020, eq. (13); improved_diffusion/losses.py, discretized_gaussian_log_likelihood.
struct Tanh {
  /// \param x the data, a level mapped to [-1, 1]
  template <Real R>
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> operator()(R x, R mean, R log_scale) const {
    const R half_width = R(1) / R(255);
    const R inverse = math::exp(-log_scale);
    const R upper = (x - mean + half_width) * inverse, lower = (x - mean - half_width) * inverse;
    const R a = g(upper), b = g(lower);
    if (x < R(-0.999)) return edge(-detail::softplus(-a), detail::logistic(-a), upper, inverse);
    if (x > R(0.999)) return edge(-detail::softplus(b), -detail::logistic(b), lower, inverse);
    const R width = R(2) * half_width * inverse;
    const R distance =
        slope_factor<R>() * width *
        (R(1) + R(0.044715) * (upper * upper + upper * lower + lower * lower));
    const R gap = -math::expm1(-distance);      // 1 - e^-(a - b)
    const R pull = (R(1) - gap) / gap;            // 1 / (e^(a - b) - 1)
    const R at_upper = (detail::logistic(-a) + pull) * slope(upper);
    const R at_lower = (detail::logistic(b) + pull) * slope(lower);
    return {math::log(gap) - detail::softplus(-a) - detail::softplus(b),
            -(at_upper - at_lower) * inverse, -(at_upper * upper - at_lower * lower)};
  }

 private:
  template <Real R>
  KOKKOS_INLINE_FUNCTION static R slope_factor() {
    return R(1.5957691216057307);  // 2 sqrt(2 / pi)
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R g(R z) {
    return slope_factor<R>() * (z + R(0.044715) * z * z * z);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R slope(R z) {
    return slope_factor<R>() * (R(1) + R(0.134145) * z * z);
  }

  // An open bin depends on one edge z only: d value / d z is `pull` times the slope of g.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static LogLikelihood<R> edge(R value, R pull, R z, R inverse) {
    const R d_z = pull * slope(z);
    return {value, -d_z * inverse, -d_z * z};
  }
};

}  // namespace decoder

}  // namespace iddpm
