// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/logistic.hpp>

namespace iddpm {

/// A log-probability in nats and its derivatives with respect to the mean and the log scale.
template <Real R>
struct LogLikelihood {
  R value;
  R d_mean;
  R d_log_scale;
};

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

// g(z) - g(z - width) without subtracting: from the sum of both ends' products.
template <Real R>
KOKKOS_INLINE_FUNCTION R logit_distance(R upper, R lower, R width) {
  const R products = upper * upper + upper * lower + lower * lower;
  return R(1.5957691216057307) * width * (R(1) + R(0.044715) * products);
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
/// \see Ho et al. 2020, eq. (13); improved_diffusion/losses.py,
///      discretized_gaussian_log_likelihood.
struct Tanh {
  /// \param x the data, a level mapped to [-1, 1]
  template <Real R>
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> operator()(R x, R mean, R log_scale) const {
    const R half_width = R(1) / R(255);
    const R inverse = math::exp(-log_scale);
    const R upper = (x - mean + half_width) * inverse, lower = (x - mean - half_width) * inverse;
    const R a = detail::logit_of_cdf(upper), b = detail::logit_of_cdf(lower);
    if (x < R(-0.999)) return edge(-math::softplus(-a), math::logistic(-a), upper, inverse);
    if (x > R(0.999)) return edge(-math::softplus(b), -math::logistic(b), lower, inverse);
    const R distance = detail::logit_distance(upper, lower, R(2) * half_width * inverse);
    const R gap = -math::expm1(-distance);  // 1 - e^-(a - b)
    const R pull = (R(1) - gap) / gap;      // 1 / (e^(a - b) - 1)
    const R at_upper = (math::logistic(-a) + pull) * detail::logit_slope(upper);
    const R at_lower = (math::logistic(b) + pull) * detail::logit_slope(lower);
    return {math::log(gap) - math::softplus(-a) - math::softplus(b),
            -(at_upper - at_lower) * inverse, -(at_upper * upper - at_lower * lower)};
  }

 private:
  // An open bin depends on one edge z only: d value / d z is `pull` times the slope of g.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static LogLikelihood<R> edge(R value, R pull, R z, R inverse) {
    const R d_z = pull * detail::logit_slope(z);
    return {value, -d_z * inverse, -d_z * z};
  }
};

/// The same probability in the paper's own arithmetic: the logarithm of a difference of two
/// rounded probabilities, floored at 1e-12 (27.6 nats per element), where the gradient is 0. To
/// compare with published numbers; to train and to score, use Tanh. In double whatever R is, for
/// a float difference of probabilities has few digits left.
/// \see improved_diffusion/losses.py, discretized_gaussian_log_likelihood.
struct TanhFloored {
  /// \param x the data, a level mapped to [-1, 1]
  template <Real R>
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> operator()(R x, R mean, R log_scale) const {
    const double half_width = 1.0 / 255, distance = double{x} - double{mean};
    const double inverse = math::exp(-double{log_scale});
    const double upper = (distance + half_width) * inverse;
    const double lower = (distance - half_width) * inverse;
    const bool has_lower = !(x < R(-0.999)), has_upper = !(x > R(0.999));
    const double p = (has_upper ? cdf(upper) : 1) - (has_lower ? cdf(lower) : 0);
    if (!(p >= 1e-12)) return {static_cast<R>(math::log(1e-12)), R(0), R(0)};
    const double at_upper = has_upper ? density(upper) / p : 0;
    const double at_lower = has_lower ? density(lower) / p : 0;
    return {static_cast<R>(math::log(p)), static_cast<R>((at_lower - at_upper) * inverse),
            static_cast<R>(at_lower * lower - at_upper * upper)};
  }

 private:
  KOKKOS_INLINE_FUNCTION static double cdf(double z) {
    return 0.5 * (1 + Kokkos::tanh(0.5 * detail::logit_of_cdf(z)));
  }

  KOKKOS_INLINE_FUNCTION static double density(double z) {
    return cdf(z) * (1 - cdf(z)) * detail::logit_slope(z);
  }
};

}  // namespace decoder

}  // namespace iddpm
