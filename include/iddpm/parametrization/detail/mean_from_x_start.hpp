// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

namespace iddpm::detail {

/// What the mean types share whose mean is the posterior's, with the predicted x_0 in place of x_0.
/// `Mean` has the rest: target, x_start, x_start_slope.
template <class Mean>
struct MeanFromXStart {
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
    return c.posterior_mean_coef1 * Mean::x_start_slope(c);
  }
};

}  // namespace iddpm::detail
