// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/gaussian/decoder/levels.hpp>
#include <iddpm/math/erfcx.hpp>
#include <iddpm/math/log.hpp>

namespace iddpm::decoder {

/// The probability that a normal of the given mean and scale falls into the bin of a level, with
/// the exact normal distribution function where Tanh has the reference's approximation of it. By
/// default for 256 levels in [-1, 1].
///
/// With the bin from m - h to m + h in units of the scale, a narrow bin's probability is
/// 2 h phi(m) times the mean over u in [-1, 1] of e^(-m h u - h^2 u^2 / 2), by Gauss' quadrature; a
/// wide one's is phi(m - h) times a difference of Mills ratios, or 1 minus two tails where it holds
/// the mean. Nothing cancels or underflows, in the tails or for bins far narrower than the scale.
class Erf : Levels {
 public:
  /// Levels' constructors.
  using Levels::Levels;
  using Levels::lowest_data, Levels::highest_data;

  /// \param x the data, a level
  template <Real R>
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> operator()(R x, R mean, R log_scale) const {
    const SeenBin<R> bin = this->seen_bin(x, mean, log_scale);
    const R m = bin.middle, h = bin.half, infinity = math::from_bits<R>(math::infinity_bits<R>());
    return bin.seen(bin.is_open                ? wide(bin.near, infinity, infinity, h)
                    : h * (R(1) + m) <= R(0.6) ? narrow(m, h)
                                               : wide(bin.near, m + h, R(2) * m * h, h));
  }

 private:
  // Both ways give value, - d / d middle and d / d log_scale.

  // The moments 1, u and u^2 of e^(-m h u - h^2 u^2 / 2), the odd one negated.
  template <Real R>
  struct Moments {
    R m, h, zeroth, first, second;

    // The nodes u and -u, of half the weight each.
    KOKKOS_INLINE_FUNCTION void add(R u, R weight) {
      const R low = weight * math::exp(-h * u * Kokkos::fma(R(0.5) * h, u, m));
      const R rise = low * math::expm1(R(2) * m * h * u);
      zeroth += R(2) * low + rise;
      first += u * rise;
      second += u * u * (R(2) * low + rise);
    }
  };

  // Five nodes for float, nine for double: more than enough while h (1 + m) <= 0.6.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static LogLikelihood<R> narrow(R m, R h) {
    Moments<R> moments{m, h, R(0), R(0), R(0)};
    if constexpr (std::same_as<R, float>) {
      moments.zeroth = 0.284444444f;
      moments.add(0.53846931f, 0.239314335f);
      moments.add(0.906179846f, 0.118463443f);
    } else {
      moments.zeroth = 0.16511967750062988;
      moments.add(0.32425342340380893, 0.15617353852000142);
      moments.add(0.6133714327005904, 0.13030534820146773);
      moments.add(0.83603110732663579, 0.090324080347428702);
      moments.add(0.96816023950762609, 0.040637194180787206);
    }
    const R pull = h * moments.first / moments.zeroth;
    return {math::log(R(0.79788456080286536) * h * moments.zeroth) - R(0.5) * m * m, m - pull,
            (m - R(1)) * (m + R(1)) + h * h * moments.second / moments.zeroth - R(2) * m * pull};
  }

  // From near > -far; fall = (far^2 - near^2) / 2 = 2 middle half.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static LogLikelihood<R> wide(R near, R far, R fall, R half) {
    const R left = math::exp(-fall);
    R value, density;  // log P, phi(near) / P
    if (near < R(0)) {
      const R outside = tail(-near) + tail(far);
      value = math::log1p(-outside);
      density = R(0.39894228040143268) * math::exp(R(-0.5) * near * near) / (R(1) - outside);
    } else {
      const R ratio = mills(near) - left * mills(far);
      value = math::log(R(0.39894228040143268) * ratio) - R(0.5) * near * near;
      density = R(1) / ratio;
    }
    const R pull = density * -math::expm1(-fall);
    return {value, pull, near * pull - R(2) * half * left * density};
  }

  // (1 - Phi(z)) / phi(z) and 1 - Phi(z), z >= 0.
  template <Real R>
  KOKKOS_INLINE_FUNCTION static R mills(R z) {
    return R(1.2533141373155003) * math::erfcx(R(0.70710678118654752) * z);
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION static R tail(R z) {
    return R(0.5) * math::erfcx(R(0.70710678118654752) * z) * math::exp(R(-0.5) * z * z);
  }
};

}  // namespace iddpm::decoder
