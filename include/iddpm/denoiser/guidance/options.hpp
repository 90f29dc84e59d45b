// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <cmath>
#include <limits>
#include <string_view>

namespace iddpm::guidance {

/// The timesteps [low, high] as a network sees them, both ends within.
struct TimestepInterval {
  double low = -std::numeric_limits<double>::infinity();  ///< the smallest
  double high = std::numeric_limits<double>::infinity();  ///< the largest

  /// Does it hold t, each rounded to R? So hosts and kernels agree on a network's timestep.
  template <Real R>
  [[nodiscard]] bool contains(double t) const {
    const auto rounded = static_cast<R>(t);
    return rounded >= static_cast<R>(low) && rounded <= static_cast<R>(high);
  }

  /// Does it hold every timestep?
  [[nodiscard]] bool is_everything() const {
    return low == TimestepInterval{}.low && high == TimestepInterval{}.high;
  }
};

/// How classifier-free guidance combines two outputs.
/// Example: `ClassifierFreeOptions{.scale = 3, .interval = {200, 800}}`.
struct ClassifierFreeOptions {
  /// w: 0 is the unconditional output, 1 the conditional one, beyond 1 guides. Papers that write
  /// (1 + w) conditional - w unconditional mean w + 1 of this.
  double scale = 1;

  /// phi in [0, 1]: how far the guided mean's deviation over a sample's elements goes back to the
  /// conditional's: mean <- (phi std_conditional / std_guided + 1 - phi) mean. 0 is off.
  /// \see Lin et al. 2024, section 3.4.
  double rescale = 0;

  /// Where guidance acts; elsewhere the output is the conditional's.
  /// \see Kynkaanniemi et al. 2024 (limited interval).
  TimestepInterval interval = {};
};

namespace detail {

inline void check_options(std::string_view function, const ClassifierFreeOptions& options) {
  require(std::isfinite(options.scale), function, "scale", "be finite", options.scale);
  require(options.rescale >= 0 && options.rescale <= 1, function, "rescale", "be in [0, 1]",
          options.rescale);
  require(options.interval.low <= options.interval.high, function, "interval.low",
          "be at most interval.high", options.interval.low);
}

/// What the options are for a batch at one timestep.
template <Real R>
[[nodiscard]] ClassifierFreeOptions options_at(double timestep, ClassifierFreeOptions options) {
  if (!options.interval.contains<R>(timestep)) options.scale = 1;
  options.interval = {};
  return options;
}

}  // namespace detail

}  // namespace iddpm::guidance
