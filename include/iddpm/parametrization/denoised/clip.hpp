// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

namespace iddpm::denoised {

/// Clips the predicted x_0 to [low, high], the range of the data; passes NaN on. An infinite end
/// leaves that side open.
/// \throws std::invalid_argument unless low < high (so neither is NaN).
class Clip {
 public:
  Clip() = default;
  /// @{
  /// Clips to [low, high].
  Clip(double low, double high) : low_(low), high_(high) {
    require(low < high, "Clip", "low", "be below high", low);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION R operator()(R x) const {
    const R low = static_cast<R>(low_), high = static_cast<R>(high_);
    const R above = x < low ? low : x;  // one after the other: a maximum, then a minimum
    return above > high ? high : above;
  }
  /// @}

 private:
  double low_ = -1, high_ = 1;
};

}  // namespace iddpm::denoised
