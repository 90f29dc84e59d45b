// SPDX-License-Identifier: MIT
#pragma once

namespace iddpm::loss {

/// T times the bound's term at t: with uniform t an unbiased estimate of the whole bound L_vlb.
/// \see Nichol & Dhariwal 2021, eq. (4); improved_diffusion, LossType.RESCALED_KL.
struct RescaledKl {
  /// @{
  /// What makes it a Loss; see loss/concepts.hpp.
  static constexpr bool uses_mse = false;
  [[nodiscard]] static constexpr double bound_scale(int num_timesteps) { return num_timesteps; }
  /// @}
};

}  // namespace iddpm::loss
