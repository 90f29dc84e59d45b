// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>

namespace iddpm {

/// A divergence or a negative log-likelihood in nats, and its derivatives with respect to the
/// model's mean and log variance.
template <Real R>
struct BoundTerm {
  R value;
  R d_mean;
  R d_log_variance;
};

/// KL(N(m_q, e^lq) || N(m_p, e^lp)) = (expm1(d) - d + (m_q - m_p)^2 e^-lp) / 2, d = lq - lp, with
/// its derivatives with respect to m_p and lp. Takes the difference of the means, never two rounded
/// means, and is exact where the distributions are close.
/// \param mean_error m_q - m_p
/// \see Nichol & Dhariwal 2021, eq. (6); improved_diffusion/losses.py, normal_kl.
template <Real R>
KOKKOS_INLINE_FUNCTION BoundTerm<R> normal_kl(R mean_error, R log_variance_q, R log_variance_p) {
  const R d = log_variance_q - log_variance_p;
  const R excess = math::expm1(d);
  const R pull = mean_error * math::exp(-log_variance_p);
  const R squares = mean_error * pull;
  return {R(0.5) * (excess - d + squares), -pull, R(-0.5) * (excess + squares)};
}

}  // namespace iddpm
