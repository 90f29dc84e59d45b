// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/gaussian/decoder/levels.hpp>
#include <iddpm/gaussian/standard_normal_cdf.hpp>

namespace iddpm::decoder {

/// The probability of Tanh in the paper's own arithmetic: the logarithm of a difference of two
/// rounded probabilities, floored at 1e-12 (27.6 nats per element), where the gradient is 0. To
/// compare with published numbers; to train and to score, use Tanh. In double whatever R is, for
/// a float difference of probabilities has few digits left. By default for 256 levels in [-1, 1].
/// \see improved_diffusion/losses.py, discretized_gaussian_log_likelihood.
class TanhFloored : Levels {
 public:
  /// Levels' constructors.
  using Levels::Levels;
  using Levels::lowest_data, Levels::highest_data;

  /// \param x the data, a level
  template <Real R>
  KOKKOS_INLINE_FUNCTION LogLikelihood<R> operator()(R x, R mean, R log_scale) const {
    const Bin<R> bin = this->bin(x);
    const double distance = static_cast<double>(bin.x) - static_cast<double>(mean);
    const double inverse = math::exp(-static_cast<double>(log_scale));
    const double upper = (distance + half_width()) * inverse;
    const double lower = (distance - half_width()) * inverse;
    const double p = (bin.is_highest ? 1 : cdf(upper)) - (bin.is_lowest ? 0 : cdf(lower));
    if (p < 1e-12) return {static_cast<R>(math::log(1e-12)), R(0), R(0)};
    const double at_upper = bin.is_highest ? 0 : density(upper) / p;
    const double at_lower = bin.is_lowest ? 0 : density(lower) / p;
    return {static_cast<R>(math::log(p)), static_cast<R>((at_lower - at_upper) * inverse),
            static_cast<R>(at_lower * lower - at_upper * upper)};
  }

 private:
  KOKKOS_INLINE_FUNCTION static double cdf(double z) {
    return 0.5 * (1 + Kokkos::tanh(0.5 * detail::logit_of_cdf(z)));
  }

  KOKKOS_INLINE_FUNCTION static double density(double z) {
    return cdf(z) * (1 - cdf(z)) * detail::logit_slope(z);
  }
};

}  // namespace iddpm::decoder
