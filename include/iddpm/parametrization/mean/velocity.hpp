// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/detail/mean_from_x_start.hpp>

namespace iddpm::mean {

/// The network predicts v = sqrt(A) noise - sqrt(1 - A) x_0, so x_0 = sqrt(A) x_t - sqrt(1 - A)
/// output: finite at A = 0 too, where Epsilon's x_0 is not (a schedule of zero terminal SNR).
/// \see Salimans & Ho 2022, section 4 and appendix D.
struct Velocity : iddpm::detail::MeanFromXStart<Velocity> {
  /// @{
  /// What makes it a MeanType, by this formula; see parametrization/concepts.hpp.
  static constexpr bool needs_noise = true;

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R target(const Coefficients<R>& c, R x_start, R, R noise) {
    return Kokkos::fma(c.sqrt_alpha_bar, noise, -(c.sqrt_one_minus_alpha_bar * x_start));
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start(const Coefficients<R>& c, R x_t, R output) {
    return Kokkos::fma(c.sqrt_alpha_bar, x_t, -(c.sqrt_one_minus_alpha_bar * output));
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R x_start_slope(const Coefficients<R>& c) {
    return -c.sqrt_one_minus_alpha_bar;
  }
  /// @}
};

}  // namespace iddpm::mean
