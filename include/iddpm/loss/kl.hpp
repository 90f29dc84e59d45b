// SPDX-License-Identifier: MIT
#pragma once

namespace iddpm::loss {

/// The bound's term at t, in bits per dimension: L_vlb up to the factor T.
/// \see Nichol & Dhariwal 2021, eqs. (4)-(7); improved_diffusion, LossType.KL.
struct Kl {
  /// @{
  /// What makes it a Loss; see loss/concepts.hpp.
  static constexpr bool uses_mse = false;
  [[nodiscard]] static constexpr double bound_scale(int) { return 1; }
  /// @}
};

}  // namespace iddpm::loss
