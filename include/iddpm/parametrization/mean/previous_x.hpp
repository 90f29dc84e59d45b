// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

namespace iddpm::mean {

/// The network predicts the mean of x_{t-1}; the predicted x_0 = (output - c2 x_t) / c1 is only
/// reported, and does not change the mean when it is processed.
/// \see Ho et al. 2020, eq. (10); improved_diffusion, ModelMeanType.PREVIOUS_X.
struct PreviousX {
  /// @{
  /// What makes it a MeanType, by this formula; see parametrization/concepts.hpp.
  static constexpr bool needs_noise = false;
  static constexpr bool is_of_table = true;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R target(const Coefficients<R>& c, R x_start, R x_t, R) {
    return posterior_mean(c, x_start, x_t);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start(const Coefficients<R>& c, R x_t, R output) {
    return Kokkos::fma(c.recip_posterior_mean_coef1, output,
                       -(c.posterior_mean_coef2_over_1 * x_t));
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R mean(const Coefficients<R>&, R, R, R output) {
    return output;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R mean_error(const Coefficients<R>& c, R x_start, R x_t, R,
                                             R output) {
    return posterior_mean(c, x_start, x_t) - output;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R mean_slope(const Coefficients<R>&) {
    return R(1);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start_slope(const Coefficients<R>& c) {
    return c.recip_posterior_mean_coef1;
  }
  /// @}
};

}  // namespace iddpm::mean
