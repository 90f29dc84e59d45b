// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/exp.hpp>

#include <cmath>

namespace iddpm::detail {

/// phi_1(z) = (e^z - 1) / z and phi_{n+1}(z) = (phi_n(z) - 1 / n!) / z, for n = 1 .. 4 on the host;
/// by the power series sum_k z^k / (k + n)! where the differences would cancel.
/// \see Hochbruck & Ostermann 2010, "Exponential integrators", section 2.1.
inline double phi(int n, double z) {
  double factorial = 1;
  if (std::abs(z) > 2) {
    double value = math::expm1(z) / z;
    for (int k = 1; k < n; ++k) {
      factorial *= k;
      value = (value - 1 / factorial) / z;
    }
    return value;
  }
  for (int k = 2; k <= n; ++k) factorial *= k;
  double term = 1 / factorial, sum = term;
  for (int k = 1; k < 40; ++k) {
    const double ratio = z / (k + n);
    sum = std::fma(term, ratio, sum);
    term *= ratio;
  }
  return sum;
}

}  // namespace iddpm::detail
