// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/math/exp.hpp>

#include <cmath>

namespace iddpm::decoder {

/// What a decoder makes of data outside the range of its levels.
enum class OutOfRange {
  refused,  ///< more than half a bin outside: value and derivatives are NaN
  nearest   ///< taken for the nearest level
};

/// The bin of one element: its middle, and whether it reaches to -infinity or to infinity.
template <Real R>
struct Bin {
  R x;              ///< its middle
  bool is_lowest;   ///< it reaches to -infinity
  bool is_highest;  ///< it reaches to infinity
};

/// A bin seen from the mean of a normal, in units of its scale: from `near` = middle - half to
/// middle + half, or to infinity where it is open. The normal is symmetric, so a bin on the left is
/// mirrored: `side` is -1.
template <Real R>
struct SeenBin {
  /// @{
  /// The bin, mirrored where `side` is -1; `inverse` is 1 / scale; it may be open beyond near.
  R near, middle, half;
  R side, inverse;  ///< inverse = 1 / scale
  bool is_open;
  /// @}

  /// Turns (log P, -d / d middle, d / d log_scale) into a log-likelihood.
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> seen(const LogLikelihood<R>& of) const {
    return {of.value, side * of.d_mean * inverse, of.d_log_scale};
  }
};

/// Evenly spaced levels from `low` to `high`, each the middle of a bin; the outer two bins are
/// open. By default the 256 levels of an 8-bit image in [-1, 1]. In float the levels themselves are
/// rounded: by up to 4e-6 of a bin there, by a thousandth of a bin for the 65536 levels of sound.
/// In bfloat16 it is up to a quarter of a bin, which moves a likelihood: score from float data.
class Levels {
 public:
  Levels() = default;

  /// \throws std::invalid_argument unless levels >= 2, low < high, both finite.
  Levels(int levels, double low, double high, OutOfRange out_of_range = OutOfRange::refused)
      : low_(low),
        high_(high),
        half_width_((high / 2 - low / 2) / (levels - 1.0)),
        out_of_range_(out_of_range) {
    require(levels >= 2, "Levels", "levels", "be at least 2", levels);
    require(std::isfinite(low), "Levels", "low", "be finite", low);
    require(std::isfinite(high) && high > low, "Levels", "high", "be finite and above low", high);
  }

  /// Half the distance of two levels.
  [[nodiscard]] KOKKOS_INLINE_FUNCTION double half_width() const { return half_width_; }

  /// The data that is not refused lies from here ...
  [[nodiscard]] double lowest_data() const {
    return out_of_range_ == OutOfRange::nearest ? -HUGE_VAL : low_ - half_width_;
  }

  /// ... to here.
  [[nodiscard]] double highest_data() const {
    return out_of_range_ == OutOfRange::nearest ? HUGE_VAL : high_ + half_width_;
  }

  /// x is the middle of its bin, also between two levels. An outer bin is that of x within 0.255
  /// half-widths of the outer level: for 8 bits beyond +-0.999, as in the reference.
  template <Real R>
  [[nodiscard]] KOKKOS_INLINE_FUNCTION Bin<R> bin(R x) const {
    const R low = static_cast<R>(low_), high = static_cast<R>(high_);
    if (out_of_range_ == OutOfRange::nearest)
      x = x < low ? low : x > high ? high : x;
    else if (x < static_cast<R>(low_ - half_width_) || x > static_cast<R>(high_ + half_width_))
      x = math::quiet_nan<R>();
    const R lowest = static_cast<R>(low_ + 0.255 * half_width_);
    const R highest = static_cast<R>(high_ - 0.255 * half_width_);
    return {x, x<lowest, x> highest};
  }

  /// The bin of x as a normal of this mean and scale sees it.
  template <Real R>
  [[nodiscard]] KOKKOS_INLINE_FUNCTION SeenBin<R> seen_bin(R x, R mean, R log_scale) const {
    const Bin<R> of_x = bin(x);
    const bool is_open = of_x.is_lowest || of_x.is_highest;
    // x - mean, and what its rounding lost: an edge near the mean keeps its digits.
    const R distance = of_x.x - mean, part = distance - of_x.x;
    const R lost = (of_x.x - (distance - part)) - (mean + part);
    const R side = (is_open ? of_x.is_lowest : distance < R(0)) ? R(-1) : R(1);
    const R half_width = static_cast<R>(half_width_), most = Kokkos::Experimental::finite_max_v<R>;
    const R exact = math::exp(-log_scale), inverse = exact > most ? most : exact;  // not infinity
    const R near = side * distance - half_width + side * lost;
    return {near * inverse, side * distance * inverse, half_width * inverse, side, inverse,
            is_open};
  }

 private:
  double low_ = -1, high_ = 1, half_width_ = 1.0 / 255;
  OutOfRange out_of_range_ = OutOfRange::refused;
};

}  // namespace iddpm::decoder
