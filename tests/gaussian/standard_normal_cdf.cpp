// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/standard_normal_cdf.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::approx_standard_normal_cdf;

TEST_CASE_TEMPLATE("the approximation is its formula", R, float, double) {
  CHECK(approx_standard_normal_cdf(R(0)) == R(0.5));
  for (const double z : {-3.0, -1.0, -0.25, 0.5, 2.0}) {
    const double inner = std::sqrt(2 / std::acos(-1.0)) * (z + 0.044715 * z * z * z);
    CHECK(static_cast<double>(approx_standard_normal_cdf(static_cast<R>(z))) ==
          doctest::Approx(0.5 * (1 + std::tanh(inner))).epsilon(sizeof(R) == 4 ? 2e-6 : 1e-13));
  }
}

TEST_CASE("it is within 3e-4 of the normal distribution function") {
  double worst = 0;
  for (double z = -8; z <= 8; z += 0.01)
    worst = std::fmax(
        worst, std::fabs(approx_standard_normal_cdf(z) - 0.5 * std::erfc(-z / std::sqrt(2.0))));
  CHECK(worst < 3e-4);
  CHECK(worst > 1e-4);
}

TEST_CASE("it keeps its digits in the left tail, reaches 0 and 1, and passes NaN") {
  // e^(2 sqrt(2 / pi) (z + 0.044715 z^3)) where that is small.
  const double logit = 2 * std::sqrt(2 / std::acos(-1.0)) * (-10 - 44.715);
  CHECK(approx_standard_normal_cdf(-10.0) == doctest::Approx(std::exp(logit)).epsilon(1e-12));
  CHECK(approx_standard_normal_cdf(-1e4f) == 0);
  CHECK(approx_standard_normal_cdf(1e4f) == 1);
  CHECK(std::isnan(approx_standard_normal_cdf(std::nan(""))));
}
