// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>
#include <iddpm/schedule/coefficients.hpp>

namespace iddpm::variance {

/// The network's variance part is the log variance itself, in nats.
/// \see improved_diffusion, ModelVarType.LEARNED.
struct Learned {
  /// @{
  /// What makes it a VarianceType, by this formula; see parametrization/concepts.hpp.
  static constexpr bool is_learned = true;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R variance(const Coefficients<R>&, R v) {
    return math::exp(v);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance(const Coefficients<R>&, R v) {
    return v;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R deviation(const Coefficients<R>&, R v) {
    return math::exp(R(0.5) * v);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_ratio(const Coefficients<R>& c, R v) {
    return v - c.posterior_log_variance_clipped;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_slope(const Coefficients<R>&) {
    return R(1);
  }
  /// @}
};

}  // namespace iddpm::variance
