// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/detail/mean_from_x_start.hpp>

namespace iddpm::mean {

/// The network predicts the noise: x_0 = sqrt(1 / A) x_t - sqrt(1 / A - 1) output.
/// \see Ho et al. 2020, eqs. (11), (15); improved_diffusion, ModelMeanType.EPSILON.
struct Epsilon : iddpm::detail::MeanFromXStart<Epsilon> {
  /// @{
  /// What makes it a MeanType, by this formula; see parametrization/concepts.hpp.
  static constexpr bool needs_noise = true;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R target(const Coefficients<R>&, R, R, R noise) {
    return noise;
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start(const Coefficients<R>& c, R x_t, R output) {
    return Kokkos::fma(c.sqrt_recip_alpha_bar, x_t, -(c.sqrt_recipm1_alpha_bar * output));
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start_slope(const Coefficients<R>& c) {
    return -c.sqrt_recipm1_alpha_bar;
  }
  /// @}
};

}  // namespace iddpm::mean
