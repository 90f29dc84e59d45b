// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/errors.hpp"
#include "accuracy/inputs.hpp"
#include "accuracy/sum.hpp"
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/gaussian/decoder/tanh.hpp>

#include <cmath>
#include <string>
#include <vector>

/// \file
/// The decoders of 256 levels in [-1, 1], and the one without levels.

namespace accuracy {

/// The tanh approximation of the normal distribution function: the logistic function of g.
struct ExactTanh {
  static Mp logit(const Mp& z) {
    return Mp(2) * sqrt(Mp(2) / Mp::pi()) * (z + Mp(44715) / Mp(1000000) * z * z * z);
  }
  static Mp logit_slope(const Mp& z) {
    return Mp(2) * sqrt(Mp(2) / Mp::pi()) * (Mp(1) + Mp(134145) / Mp(1000000) * z * z);
  }
  static Mp softplus(const Mp& x) { return Mp(0) < x ? x + log1p(exp(-x)) : log1p(exp(x)); }

  /// ln(Phi(far) - Phi(near)) = ln(Phi(far) Phi(-near) (1 - e^(g(near) - g(far)))).
  static Mp log_between(const Mp& near, const Mp& far) {
    return log(-expm1(logit(near) - logit(far))) - softplus(-logit(far)) - softplus(logit(near));
  }
  static Mp log_above(const Mp& near) { return -softplus(logit(near)); }
  static Mp log_density(const Mp& z) {
    return log(logit_slope(z)) - softplus(-logit(z)) - softplus(logit(z));
  }
};

struct ExactErf {
  static Mp above(const Mp& z) { return erfc(z / sqrt(Mp(2))) / Mp(2); }
  static Mp log_between(const Mp& near, const Mp& far) {
    return near < Mp(0) ? log1p(-(above(-near) + above(far))) : log(above(near) - above(far));
  }
  static Mp log_above(const Mp& near) {
    return near < Mp(0) ? log1p(-above(-near)) : log(above(near));
  }
  static Mp log_density(const Mp& z) { return square(z) / Mp(-2) - log(Mp(2) * Mp::pi()) / Mp(2); }
};

/// ln of the probability of a bin from m - h to m + h, or to infinity, under a standard normal of
/// one of the above, with its derivatives by - m and by the logarithm of the scale.
struct ExactBin {
  Mp value, d_mean, d_log_scale;

  template <class Normal>
  static ExactBin of(Normal, const Mp& m, const Mp& h, bool is_open) {
    const Mp near = m - h, far = m + h;
    const Mp value = is_open ? Normal::log_above(near) : Normal::log_between(near, far);
    const Mp at_near = exp(Normal::log_density(near) - value);
    if (is_open) return {value, at_near, at_near * near};
    const Mp at_far = exp(Normal::log_density(far) - value);
    return {value, at_near - at_far, at_near * near - at_far * far};
  }
};

/// A bin and what a small relative change of m or of h makes of it.
struct MovedBin {
  template <class Normal>
  MovedBin(Normal normal, const Mp& m, const Mp& h, bool is_open)
      : exact(ExactBin::of(normal, m, h, is_open)),
        m_moved(ExactBin::of(normal, m + m * change(), h, is_open)),
        h_moved(ExactBin::of(normal, m, h + h * change(), is_open)) {}

  static Mp change() { return 0x1p-60; }

  /// The largest of a part and of what it changes by, per part, with m and with h.
  [[nodiscard]] Mp size(Mp ExactBin::*part) const {
    const Mp by_m = abs(m_moved.*part - exact.*part) / change();
    const Mp by_h = abs(h_moved.*part - exact.*part) / change();
    return max(abs(exact.*part), max(by_m, by_h));
  }

  ExactBin exact, m_moved, h_moved;
};

/// Data, means and log scales, exact numbers of type R: half of the means near their level, half
/// anywhere in [-1.2, 1.2].
template <class R>
struct DecoderInputs {
  explicit DecoderInputs(std::size_t count)
      : x(levels<R>(count)),
        mean(uniforms<R>(-1.2, 1.2, 11, count)),
        log_scale(uniforms<R>(-9, 2, 12, count)) {
    const std::vector<R> z = normals<R>(0, 13, count);
    for (std::size_t i = 0; i < count; i += 2) {
      const R near = x[i] + z[i] * std::exp(log_scale[i]);
      if (std::abs(near) <= R(1.2)) mean[i] = near;
    }
  }
  std::vector<R> x, mean, log_scale;
};

/// One decoder with levels.
template <class R, class Decoder, class Normal>
void measure_bins(Errors& errors, const std::string& name, const Decoder& decoder, Normal normal) {
  const DecoderInputs<R> in(12 * 256);
  Quantity &value = errors[name + ", value"], &d_mean = errors[name + ", d_mean"],
           &d_log_scale = errors[name + ", d_log_scale"];
  for (std::size_t i = 0; i < in.x.size(); ++i) {
    const auto found = decoder(in.x[i], in.mean[i], in.log_scale[i]);
    const Mp inverse = exp(-exactly(in.log_scale[i]));
    const Mp distance = exactly(in.x[i]) - exactly(in.mean[i]);
    const bool lowest = i % 256 == 0, is_open = lowest || i % 256 == 255;
    const Mp side = (is_open ? lowest : distance < Mp(0)) ? -1 : 1;
    const MovedBin bin(normal, side * distance * inverse, inverse / Mp(255), is_open);
    const auto add = [&](Quantity& quantity, R got, const Mp& factor, Mp ExactBin::*part) {
      // What far smaller numbers are made of is subnormal.
      const Mp smallest = sizeof(R) == 4 ? 1e-24 : 1e-276;
      const Mp unit = max(smallest, abs(factor) * bin.size(part));
      quantity.add<R>(ulps(got, factor * bin.exact.*part, unit), {});
    };
    add(value, found.value, 1, &ExactBin::value);
    add(d_mean, found.d_mean, side * inverse, &ExactBin::d_mean);
    add(d_log_scale, found.d_log_scale, 1, &ExactBin::d_log_scale);
  }
}

/// The density: -z^2 / 2 - log_scale - ln(2 pi) / 2.
template <class R>
void measure_continuous(Errors& errors) {
  const DecoderInputs<R> in(12 * 256);
  for (std::size_t i = 0; i < in.x.size(); ++i) {
    const auto found = iddpm::decoder::Continuous{}(in.x[i], in.mean[i], in.log_scale[i]);
    const Mp log_scale = exactly(in.log_scale[i]), inverse = exp(-log_scale);
    const Mp z = (exactly(in.x[i]) - exactly(in.mean[i])) * inverse;
    const Sum square_of_z = Sum(square(z));
    errors["decoder::Continuous, value"].add<R>(
        ulps(found.value,
             Mp(-0.5) * square_of_z - Sum(log_scale) - Sum(log(Mp(2) * Mp::pi()) / Mp(2))),
        {});
    errors["decoder::Continuous, d_mean"].add<R>(ulps(found.d_mean, Sum(z * inverse)), {});
    errors["decoder::Continuous, d_log_scale"].add<R>(
        ulps(found.d_log_scale, square_of_z - Sum(Mp(1))), {});
  }
}

template <class R>
void measure_decoders(Errors& errors) {
  measure_bins<R>(errors, "decoder::Tanh", iddpm::decoder::Tanh{}, ExactTanh{});
  measure_bins<R>(errors, "decoder::Erf", iddpm::decoder::Erf{}, ExactErf{});
  measure_continuous<R>(errors);
}

}  // namespace accuracy
