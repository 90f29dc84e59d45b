// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

namespace iddpm::variance {

/// beta_t, the upper bound: optimal for x_0 ~ N(0, I). Entry 0 is the posterior variance's entry 1,
/// as in the reference.
/// \see Ho et al. 2020, section 3.2; improved_diffusion, ModelVarType.FIXED_LARGE.
struct FixedLarge {
  /// @{
  /// What makes it a VarianceType, by this formula; see parametrization/concepts.hpp.
  static constexpr bool is_learned = false;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R variance(const Coefficients<R>& c, R) {
    return c.large_variance;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance(const Coefficients<R>& c, R) {
    return c.large_log_variance;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R deviation(const Coefficients<R>& c, R) {
    return c.large_deviation;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_ratio(const Coefficients<R>& c, R) {
    return c.is_noisy * c.log_variance_range;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_slope(const Coefficients<R>&) {
    return R(0);
  }
  /// @}
};

}  // namespace iddpm::variance
