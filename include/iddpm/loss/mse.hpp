// SPDX-License-Identifier: MIT
#pragma once

namespace iddpm::loss {

/// mse, plus the bound in bits where the variance is learned: L = mean((target - output)^2) + vb.
/// \see Nichol & Dhariwal 2021, eq. (16); improved_diffusion, LossType.MSE.
struct Mse {
  /// @{
  /// What makes it a Loss; see loss/concepts.hpp.
  static constexpr bool uses_mse = true;
  [[nodiscard]] static constexpr double bound_scale(int) { return 1; }
  /// @}
};

}  // namespace iddpm::loss
