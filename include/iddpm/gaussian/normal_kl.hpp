// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>

namespace iddpm {

/// A divergence or a negative log-likelihood in nats, and its derivatives with respect to the
/// model's mean and log variance.
template <Real R>
struct BoundTerm {
  R value;           ///< nats
  R d_mean;          ///< d value / d mean
  R d_log_variance;  ///< d value / d log variance
};

namespace detail {

// E of e^d = 1 + d + d^2 E: 1 / n! from n = 15 down to 2, in float from 10; what is left out for
// |d| < 1/2 is below their rounding.
template <Real R>
KOKKOS_INLINE_FUNCTION R second_difference_of_exp(R d) {
  R high = R(2.755731922398589e-7);
  if constexpr (std::same_as<R, double>)
    high = math::horner(d, 7.6471637318198165e-13, 1.1470745597729725e-11, 1.6059043836821613e-10,
                        2.08767569878681e-9, 2.505210838544172e-8, high);
  return math::horner(d, high, R(2.7557319223985893e-6), R(2.48015873015873e-5),
                      R(1.984126984126984e-4), R(1.388888888888889e-3), R(8.333333333333333e-3),
                      R(4.1666666666666664e-2), R(0.16666666666666666), R(0.5));
}

// e^d - 1 - d: near d^2 / 2 where expm1(d) - d would be rounding, of either sign.
template <Real R>
KOKKOS_INLINE_FUNCTION R expm1_excess(R d) {
  const auto near = math::mask<R>(math::magnitude(d) < math::to_bits(R(0.5)));
  return math::select(near, d * d * second_difference_of_exp(d), math::expm1(d) - d);
}

// The divergence from d = lq - lp, the squares (m_q - m_p)^2 e^-lp and the pull (m_q - m_p) e^-lp.
template <Real R>
KOKKOS_INLINE_FUNCTION BoundTerm<R> normal_kl_of(R d, R squares, R pull) {
  return {R(0.5) * (expm1_excess(d) + squares), -pull, R(-0.5) * (math::expm1(d) + squares)};
}

}  // namespace detail

/// KL(N(m_q, e^lq) || N(m_p, e^lp)) = (expm1(d) - d + (m_q - m_p)^2 e^-lp) / 2, d = lq - lp, with
/// its derivatives with respect to m_p and lp. Takes the difference of the means, never two rounded
/// means, so it keeps its digits, and its sign, where the distributions are close.
/// \param mean_error m_q - m_p
/// \pre log_variance_p is above -88 in float, -709 in double: below, e^-lp is infinite
/// \see Nichol & Dhariwal 2021, eq. (6); improved_diffusion/losses.py, normal_kl.
template <Real R>
KOKKOS_INLINE_FUNCTION BoundTerm<R> normal_kl(R mean_error, R log_variance_q, R log_variance_p) {
  const R pull = mean_error * math::exp(-log_variance_p);
  return detail::normal_kl_of(log_variance_q - log_variance_p, mean_error * pull, pull);
}

/// The same where log_ratio = lp - lq is known better than the difference of two rounded
/// logarithms: near full noise, where it is all that the derivative with respect to lp is made of.
/// \param recip_deviation_q e^(-lq / 2)
template <Real R>
KOKKOS_INLINE_FUNCTION BoundTerm<R> normal_kl_by_ratio(R mean_error, R recip_deviation_q,
                                                       R log_ratio) {
  const R error = mean_error * recip_deviation_q, pull = error * math::exp(-log_ratio);
  return detail::normal_kl_of(-log_ratio, error * pull, recip_deviation_q * pull);
}

}  // namespace iddpm
