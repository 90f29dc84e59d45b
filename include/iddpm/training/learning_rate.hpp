// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <algorithm>
#include <cmath>

namespace iddpm {

/// A learning rate that rises linearly from 0 to `peak` at `warmup` and falls linearly to 0 at
/// `total`. Warm-up, total and the argument share one unit of the caller's choice: steps, seconds
/// of a time budget, or a fraction of either. In steps, n + 1/2 is the middle of step n = 0, 1, ...
///
/// Example: `WarmupLinearDecay rate{.peak = 1e-3, .warmup = 100, .total = 3000}; rate(n + 0.5)`
struct WarmupLinearDecay {
  double peak = 1e-3;  ///< the largest rate
  double warmup = 0;   ///< where the peak is
  double total = 1;    ///< where it is 0 again

  /// The rate at `now`; 0 before the start and after the end.
  /// \throws std::invalid_argument unless peak is finite and >= 0 and 0 <= warmup <= total, with
  /// total finite and above 0.
  [[nodiscard]] double operator()(double now) const {
    constexpr const char* function = "WarmupLinearDecay";
    require(std::isfinite(peak) && peak >= 0, function, "peak", "be finite and at least 0", peak);
    require(std::isfinite(total) && total > 0, function, "total", "be finite and above 0", total);
    require(warmup >= 0 && warmup <= total, function, "warmup", "be in [0, total]", warmup);
    require(!std::isnan(now), function, "now", "be a number", now);
    const double at = std::clamp(now, 0.0, total);
    return at < warmup ? peak * (at / warmup)
                       : peak * (at < total ? (total - at) / (total - warmup) : 0.0);
  }
};

}  // namespace iddpm
