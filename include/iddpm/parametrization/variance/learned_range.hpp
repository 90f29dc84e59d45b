// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>
#include <iddpm/schedule/coefficients.hpp>

namespace iddpm::variance {

/// The log variance lies between the two bounds: log variance = frac log beta + (1 - frac) log
/// posterior variance (clipped), frac = (v + 1) / 2, so v in [-1, 1] spans them; not clamped.
/// \see Nichol & Dhariwal 2021, eq. (15); improved_diffusion, ModelVarType.LEARNED_RANGE.
struct LearnedRange {
  /// @{
  /// What makes it a VarianceType, by this formula; see parametrization/concepts.hpp.
  static constexpr bool is_learned = true;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R variance(const Coefficients<R>& c, R v) {
    const R small = c.posterior_deviation_clipped * c.posterior_deviation_clipped;
    return small * math::exp(log_variance_ratio(c, v));
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance(const Coefficients<R>& c, R v) {
    return Kokkos::fma(frac(v), c.log_variance_range, c.posterior_log_variance_clipped);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R deviation(const Coefficients<R>& c, R v) {
    return c.posterior_deviation_clipped * math::exp(frac(v) * (R(0.5) * c.log_variance_range));
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_ratio(const Coefficients<R>& c, R v) {
    return frac(v) * c.log_variance_range;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R log_variance_slope(const Coefficients<R>& c) {
    return R(0.5) * c.log_variance_range;
  }
  /// @}

 private:
  template <Real R>
  KOKKOS_INLINE_FUNCTION static R frac(R v) {
    return Kokkos::fma(R(0.5), v, R(0.5));
  }
};

}  // namespace iddpm::variance
