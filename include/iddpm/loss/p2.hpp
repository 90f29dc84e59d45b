// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/loss/detail/wrapped.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>

#include <cmath>

namespace iddpm::loss {

/// P2 weighting of a loss's mse: of the squared error of the noise, (k + r)^-gamma, where r is A /
/// (1 - A), so that the last steps, where only invisible detail is left to learn, count less. The
/// mse is taken in the output's space, so it is multiplied by r (d x_0 / d output)^2 (k +
/// r)^-gamma, which for Epsilon is (k + r)^-gamma. The bound is not weighted. Where alpha_bar is 0
/// this is 0: with zero terminal SNR the last timestep, where sampling begins, would not be
/// trained.
/// \throws std::invalid_argument unless gamma >= 0 and k > 0, both finite.
/// \see Choi et al. 2022, "Perception Prioritized Training of Diffusion Models", eq. (8); the
///      authors use k = 1 and gamma 0.5 or 1.
template <Loss Base = Mse>
class P2 : public iddpm::detail::WrappedLoss<Base> {
  static_assert(Base::uses_mse, "P2 weights a loss's mse, and this loss has none");

 public:
  /// @{
  /// The weight of the mse, around this loss.
  explicit P2(double gamma = 1, double k = 1, Base base = Base())
      : iddpm::detail::WrappedLoss<Base>(std::move(base)), gamma_(gamma), k_(k) {
    require(gamma >= 0 && std::isfinite(gamma), "P2", "gamma", "be at least 0 and finite", gamma);
    require(k > 0 && std::isfinite(k), "P2", "k", "be positive and finite", k);
  }

  template <class Mean, Real R>
  KOKKOS_INLINE_FUNCTION R mse_weight(const Coefficients<R>& c) const {
    // By the root of r, which is there in float where alpha_bar itself has left its range.
    const R root = c.sqrt_alpha_bar * c.recip_sqrt_one_minus_alpha_bar;
    const R factor = root * Mean::x_start_slope(c), k = static_cast<R>(k_);
    const R weight = math::exp(-static_cast<R>(gamma_) * math::log(Kokkos::fma(root, root, k)));
    return weight * factor * factor * iddpm::mse_weight<Mean>(this->base(), c);
  }
  /// @}

 private:
  double gamma_, k_;
};

}  // namespace iddpm::loss
