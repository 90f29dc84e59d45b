// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

#include <concepts>

/// \file
/// The role of a loss: what a network is trained on, from two parts that one kernel makes.
///
/// | expression                       | type     | meaning                                     |
/// |----------------------------------|----------|---------------------------------------------|
/// | `L::uses_mse`                    | `bool`   | which parts it has, see below               |
/// | `l.bound_scale(T)`               | `double` | factor of the bound in a process of T steps |
/// | `l.template mse_weight<Mean>(c)` | `R`      | factor of the mse by a timestep's row `c`   |
/// | `l.decoder()`                    | Decoder  | p(x_0 | x_1), the bound's last term          |
///
/// The last two may be absent: 1 and decoder::Tanh. The factor of the mse is made on the device.
///
/// With the mse: the mse of the output plus, where the variance is learned, the bound with its mean
/// frozen. Without: the bound alone, its mean free.
///
/// Models: loss::Mse, loss::RescaledMse, loss::Kl, loss::RescaledKl; around one of these
/// loss::MinSnr, loss::P2 and loss::Decoded.

namespace iddpm {

template <class L>
concept Loss = std::copyable<L> && requires(const L& loss, int num_timesteps) {
  { L::uses_mse } -> std::convertible_to<bool>;
  { loss.bound_scale(num_timesteps) } -> std::same_as<double>;
};

/// What a loss multiplies its mse by at a timestep: 1 where it names no weight.
template <class Mean, Loss L, Real R>
KOKKOS_INLINE_FUNCTION R mse_weight(const L& loss, const Coefficients<R>& c) {
  if constexpr (requires { loss.template mse_weight<Mean>(c); })
    return loss.template mse_weight<Mean>(c);
  else
    return R(1);
}

}  // namespace iddpm
