// SPDX-License-Identifier: MIT
#include <iddpm/math/bits.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace iddpm;

TEST_CASE_TEMPLATE("a power of two is made from its biased exponent", R, float, double) {
  const auto bias = math::Format<R>::bias;
  CHECK(math::power_of_two<R>(bias) == R(1));
  CHECK(math::power_of_two<R>(bias + 5) == R(32));
  CHECK(math::power_of_two<R>(bias - 3) == R(0.125));
}

TEST_CASE_TEMPLATE("a mask selects and negates without a branch", R, float, double) {
  CHECK(math::select(math::mask<R>(true), R(2), R(3)) == R(2));
  CHECK(math::select(math::mask<R>(false), R(2), R(3)) == R(3));
  CHECK(math::negate_where(math::mask<R>(true), R(2)) == R(-2));
  CHECK(math::negate_where(math::mask<R>(false), R(2)) == R(2));
}

TEST_CASE_TEMPLATE("magnitudes are ordered as the absolute values, NaN last", R, float, double) {
  CHECK(math::magnitude(R(-2)) == math::magnitude(R(2)));
  CHECK(math::magnitude(R(-2)) > math::magnitude(R(1)));
  CHECK(math::magnitude(-std::numeric_limits<R>::infinity()) == math::infinity_bits<R>());
  CHECK(math::magnitude(math::quiet_nan<R>()) > math::infinity_bits<R>());
  CHECK(std::isnan(math::quiet_nan<R>()));
}

TEST_CASE_TEMPLATE("horner takes the coefficients from the highest power down", R, float, double) {
  CHECK(math::horner(R(2), R(3), R(-5), R(7)) == R(9));  // 3 * 4 - 5 * 2 + 7
}
