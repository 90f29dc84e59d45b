// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/gaussian/decoder/levels.hpp>
#include <iddpm/gaussian/standard_normal_cdf.hpp>

namespace iddpm::decoder {

/// The probability that a normal of the given mean and scale falls into the bin of a level, with
/// the tanh approximation of the normal distribution function, Phi(z) = logistic(g(z)),
/// g(z) = 2 sqrt(2 / pi) (z + 0.044715 z^3). By default for 256 levels in [-1, 1].
///
/// With a = g(far) and b = g(near) at the bin's edges, seen from the mean, the log-probability is
/// -softplus(-a) - softplus(b) + log(1 - e^-(a - b)): no difference of two near-equal probabilities
/// and no floor. The derivatives are sums that do not cancel either, so tails, narrow bins and
/// gradients near 0 stay true.
/// \see Ho et al. 2020, eq. (13); improved_diffusion/losses.py,
///      discretized_gaussian_log_likelihood.
class Tanh : Levels {
 public:
  /// Levels' constructors.
  using Levels::Levels;
  using Levels::lowest_data, Levels::highest_data;

  /// \param x the data, a level
  template <Real R>
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> operator()(R x, R mean, R log_scale) const {
    const SeenBin<R> bin = this->seen_bin(x, mean, log_scale);
    const R near = within(bin.near);
    return bin.seen(bin.is_open ? open(near) : closed(near, within(bin.middle), within(bin.half)));
  }

 private:
  // Not so far that a cube overflows: the limits there are products of 0 and that.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static R within(R z) {
    constexpr R most = static_cast<R>(std::same_as<R, float> ? 1e12 : 1e100);
    return z > most ? most : z < -most ? -most : z;
  }

  // Both give value, - d / d middle and d / d log_scale.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static LogLikelihood<R> open(R near) {
    const R b = detail::logit_of_cdf(near);
    const R d_mean = math::logistic(b) * detail::logit_slope(near);
    return {-math::softplus(b), d_mean, d_mean * near};
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static LogLikelihood<R> closed(R near, R middle, R half) {
    const R c = R(1.5957691216057307), k = R(0.044715), m2 = middle * middle, h2 = half * half;
    const R a = detail::logit_of_cdf(middle + half), b = detail::logit_of_cdf(near);
    // a - b and a + b without subtracting.
    const R difference = R(2) * c * half * (R(1) + k * (R(3) * m2 + h2));
    const R sum = R(2) * c * middle * (R(1) + k * (m2 + R(3) * h2));
    // d value / da = far, d value / db = -(far + excess), and far is small where a is large.
    const R far = math::logistic(-a) + R(1) / math::expm1(difference);
    const R excess = math::logistic(a) * math::logistic(b) * -math::expm1(-sum);
    const R pull = excess * detail::logit_slope(near);
    return {log_complement(difference) - math::softplus(-a) - math::softplus(b),
            pull - R(12) * c * k * middle * half * far,
            pull * near - R(2) * c * half * (R(1) + R(3) * k * (R(3) * m2 + h2)) * far};
  }

  // ln(1 - e^-x), x > 0.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_complement(R x) {
    return x > R(0.7) ? math::log1p(-math::exp(-x)) : math::log(-math::expm1(-x));
  }
};

}  // namespace iddpm::decoder
