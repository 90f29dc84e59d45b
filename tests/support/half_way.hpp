// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>
#include <iddpm/schedule/custom.hpp>

/// Row 1 of the process of two timesteps with beta = 1/2, whose numbers are worked by hand:
/// A = 1/4, Ap = 1/2, c1 = c2 = sqrt(1/2) 2/3, posterior variance 1/3.
inline iddpm::Coefficients<double> half_way_row() {
  return iddpm::make_coefficients(iddpm::schedule::Custom({0.5, 0.5}))[1];
}
