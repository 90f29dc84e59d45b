// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

namespace iddpm::mean {

/// The network predicts x_0 itself.
/// \see Ho et al. 2020, section 3.2; improved_diffusion, ModelMeanType.START_X.
struct StartX {
  static constexpr bool needs_noise = false;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R target(const Coefficients<R>&, R x_start, R, R) {
    return x_start;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start(const Coefficients<R>&, R, R output) {
    return output;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R mean(const Coefficients<R>& c, R x_t, R x_start, R) {
    return posterior_mean(c, x_start, x_t);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R mean_error(const Coefficients<R>& c, R x_start, R, R predicted,
                                             R) {
    return c.posterior_mean_coef1 * (x_start - predicted);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R mean_slope(const Coefficients<R>& c) {
    return c.posterior_mean_coef1;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start_slope(const Coefficients<R>&) {
    return R(1);
  }
};

}  // namespace iddpm::mean
