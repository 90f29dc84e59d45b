// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/detail/mean_from_x_start.hpp>

namespace iddpm::mean {

/// The network predicts x_0 itself.
/// \see Ho et al. 2020, section 3.2; improved_diffusion, ModelMeanType.START_X.
struct StartX : iddpm::detail::MeanFromXStart<StartX> {
  /// @{
  /// What makes it a MeanType, by this formula; see parametrization/concepts.hpp.
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
  KOKKOS_INLINE_FUNCTION static R x_start_slope(const Coefficients<R>&) {
    return R(1);
  }
  /// @}
};

}  // namespace iddpm::mean
