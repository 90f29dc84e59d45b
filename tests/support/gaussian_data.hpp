// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

#include <cmath>

/// \file
/// Data x_0 ~ N(0, s^2): everything about it is known in closed form. Formulas from alpha_bar
/// alone, so that they share nothing with the library's.

namespace test {

struct GaussianData {
  double s = 0.5;

  /// Variance of x_t.
  [[nodiscard]] double v(const iddpm::Coefficients<double>& c) const {
    return c.alpha_bar * s * s + 1 - c.alpha_bar;
  }

  /// The best network's outputs over x_t.
  [[nodiscard]] double eps(const iddpm::Coefficients<double>& c) const {
    return std::sqrt(1 - c.alpha_bar) / v(c);
  }
  [[nodiscard]] double x_start(const iddpm::Coefficients<double>& c) const {
    return std::sqrt(c.alpha_bar) * s * s / v(c);
  }
  [[nodiscard]] double velocity(const iddpm::Coefficients<double>& c) const {
    return std::sqrt(c.alpha_bar * (1 - c.alpha_bar)) * (1 - s * s) / v(c);
  }
  [[nodiscard]] double previous_x(const iddpm::Coefficients<double>& c) const {
    const double ap = c.alpha_bar_prev, alpha = c.alpha_bar / ap;
    const double c1 = std::sqrt(ap) * (1 - alpha) / (1 - c.alpha_bar);
    const double c2 = std::sqrt(alpha) * (1 - ap) / (1 - c.alpha_bar);
    return c1 * x_start(c) + c2;
  }

  /// Variance of x_{t-1} given x_t.
  [[nodiscard]] double reverse_variance(const iddpm::Coefficients<double>& c) const {
    const double ap = c.alpha_bar_prev, beta = 1 - c.alpha_bar / ap;
    const double small = beta * (1 - ap) / (1 - c.alpha_bar);
    const double c1 = std::sqrt(ap) * beta / (1 - c.alpha_bar);
    return small + c1 * c1 * s * s * (1 - c.alpha_bar) / v(c);
  }

  /// The factor of x_t in a DDIM step.
  [[nodiscard]] double ddim_gain(const iddpm::Coefficients<double>& c, double sigma) const {
    const double ap = c.alpha_bar_prev, a = c.alpha_bar;
    return (std::sqrt(ap * a) * s * s + std::sqrt((1 - ap - sigma * sigma) * (1 - a))) / v(c);
  }
};

}  // namespace test
