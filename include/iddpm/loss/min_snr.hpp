// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/loss/detail/wrapped.hpp>
#include <iddpm/loss/mse.hpp>

#include <cmath>

namespace iddpm::loss {

/// Min-SNR weighting of a loss's mse: of the squared error of x_0, min(r, gamma) with r = A / (1 -
/// A), so that small t do not outweigh all others. The mse is taken in the output's space, so it is
/// multiplied by min(r, gamma) (d x_0 / d output)^2: min(r, gamma) / r for Epsilon, min(r, gamma)
/// for StartX, min(r, gamma) / (r + 1) for Velocity. The bound is not weighted.
/// Where alpha_bar is 0 this is 0: with zero terminal SNR the last timestep, where sampling begins,
/// would not be trained.
/// \throws std::invalid_argument unless gamma is positive and finite.
/// \see Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy", eq. (8).
template <Loss Base = Mse>
class MinSnr : public iddpm::detail::WrappedLoss<Base> {
  static_assert(Base::uses_mse, "MinSnr weights a loss's mse, and this loss has none");

 public:
  /// @{
  /// The weight of the mse, min(r, gamma) (d x_0 / d output)^2, around this loss.
  explicit MinSnr(double gamma = 5, Base base = Base())
      : iddpm::detail::WrappedLoss<Base>(std::move(base)), root_of_gamma_(std::sqrt(gamma)) {
    require(gamma > 0 && std::isfinite(gamma), "MinSnr", "gamma", "be positive and finite", gamma);
  }

  template <class Mean, Real R>
  KOKKOS_INLINE_FUNCTION R mse_weight(const Coefficients<R>& c) const {
    // By roots, which are there in float where alpha_bar itself has left its range.
    const R root = c.sqrt_alpha_bar * c.recip_sqrt_one_minus_alpha_bar;
    const R most = static_cast<R>(root_of_gamma_);
    const R factor = (root < most ? root : most) * Mean::x_start_slope(c);
    return factor * factor * iddpm::mse_weight<Mean>(this->base(), c);
  }
  /// @}

 private:
  double root_of_gamma_;
};

}  // namespace iddpm::loss
