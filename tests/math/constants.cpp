// SPDX-License-Identifier: MIT
#include <iddpm/math/bits.hpp>
#include <iddpm/math/constants.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

using namespace iddpm;

TEST_CASE_TEMPLATE("the parts of ln 2 add up to it", R, float, double) {
  const long double error = std::numbers::ln2_v<long double> -
                            static_cast<long double>(math::Ln2<R>::high) -
                            static_cast<long double>(math::Ln2<R>::low);
  CHECK(std::fabs(error) <= std::ldexp(1.0L, std::same_as<R, float> ? -43 : -64));
}

TEST_CASE_TEMPLATE("any exponent times the high part of ln 2 is exact", R, float, double) {
  const int exponents = std::same_as<R, float> ? 150 : 1075;
  for (int exponent = -exponents; exponent <= exponents; ++exponent) {
    const R product = R(exponent) * math::Ln2<R>::high;
    CHECK(std::fma(R(exponent), math::Ln2<R>::high, -product) == R(0));
  }
}

TEST_CASE_TEMPLATE("the parts of pi / 2 add up to it", R, float, double) {
  using Pi = math::HalfPi<R>;
  const long double error =
      std::numbers::pi_v<long double> / 2 - static_cast<long double>(Pi::high) -
      static_cast<long double>(Pi::middle) - static_cast<long double>(Pi::low);
  CHECK(std::fabs(error) <= std::ldexp(1.0L, -63));
}
