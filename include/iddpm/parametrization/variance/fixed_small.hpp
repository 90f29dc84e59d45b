// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

namespace iddpm::variance {

/// The posterior's variance, the lower bound: optimal where x_0 is one point. At t = 0 the variance
/// is 0 while the log variance is the clipped one, as in the reference.
/// \see Ho et al. 2020, section 3.2; improved_diffusion, ModelVarType.FIXED_SMALL.
struct FixedSmall {
  /// @{
  /// What makes it a VarianceType, by this formula; see parametrization/concepts.hpp.
  static constexpr bool is_learned = false;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R variance(const Coefficients<R>& c, R) {
    return c.posterior_variance;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance(const Coefficients<R>& c, R) {
    return c.posterior_log_variance_clipped;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R deviation(const Coefficients<R>& c, R) {
    return c.posterior_deviation_clipped;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_ratio(const Coefficients<R>&, R) {
    return R(0);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_slope(const Coefficients<R>&) {
    return R(0);
  }
  /// @}
};

}  // namespace iddpm::variance
