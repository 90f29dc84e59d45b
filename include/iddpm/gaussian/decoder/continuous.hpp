// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/math/exp.hpp>

namespace iddpm::decoder {

/// The log-density in nats of N(mean, e^(2 log_scale)) at x, for data without levels: latents,
/// coordinates, sound in float. A density, so it may be positive, and its bits per dimension depend
/// on the unit of x.
/// ln p = -z^2 / 2 - log_scale - ln(2 pi) / 2, z = (x - mean) e^-log_scale.
struct Continuous {
  /// ln p and its derivatives with respect to mean and log_scale.
  template <Real R>
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> operator()(R x, R mean, R log_scale) const {
    const R inverse = math::exp(-log_scale), z = (x - mean) * inverse;
    return {R(-0.5) * z * z - (log_scale + R(0.91893853320467274)), z * inverse,
            (z - R(1)) * (z + R(1))};
  }
};

}  // namespace iddpm::decoder
