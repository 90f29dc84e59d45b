// SPDX-License-Identifier: MIT
#pragma once

namespace iddpm::loss {

/// mse, plus T / 1000 of the bound where the variance is learned, T the number of steps of the
/// process that trains: the paper's L_hybrid, its lambda = 0.001 for the bound's sum.
/// \see Nichol & Dhariwal 2021, eq. (16); improved_diffusion, LossType.RESCALED_MSE.
struct RescaledMse {
  /// @{
  /// What makes it a Loss; see loss/concepts.hpp.
  static constexpr bool uses_mse = true;
  [[nodiscard]] static constexpr double bound_scale(int num_timesteps) {
    return num_timesteps / 1000.0;
  }
  /// @}
};

}  // namespace iddpm::loss
