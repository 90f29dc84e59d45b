// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

/// \file
/// The role of a decoder: p(x_0 | x_1), the last term of the bound, on one element.
///
/// | expression              | type               | meaning                                       |
/// |-------------------------|--------------------|-----------------------------------------------|
/// | `d(x, mean, log_scale)` | `LogLikelihood<R>` | ln p(x) under a normal of this mean and scale |
///
/// For R = float and double, in a kernel: a copy is carried to the device. A decoder that refuses
/// data, by NaN, says on the host from where to where it does not: `d.lowest_data()` and
/// `d.highest_data()`, both double.
///
/// Models: decoder::Tanh, decoder::TanhFloored, decoder::Erf (data on evenly spaced levels, such as
/// 8-bit images), decoder::Continuous (a density, for latents and other real numbers).

namespace iddpm {

/// A log-probability or log-density in nats and its derivatives with respect to the mean and the
/// log scale (the logarithm of the standard deviation).
template <Real R>
struct LogLikelihood {
  R value;        ///< nats
  R d_mean;       ///< d value / d mean
  R d_log_scale;  ///< d value / d log_scale
};

template <class D>
concept Decoder = std::copyable<D> && requires(const D& d, float f, double x) {
  { d(f, f, f) } -> std::same_as<LogLikelihood<float>>;
  { d(x, x, x) } -> std::same_as<LogLikelihood<double>>;
};

}  // namespace iddpm
