// SPDX-License-Identifier: MIT
#include <iddpm/math/erfcx.hpp>

#include <doctest/doctest.h>
#include <support/ulps.hpp>

#include <cmath>
#include <limits>

using namespace iddpm;

namespace {

// By the asymptotic series where the smallest of its terms is below the rounding.
long double erfcx_true(long double x) {
  if (x < 8) return std::exp(x * x) * std::erfc(x);
  long double term = 1, sum = 1;
  for (int n = 1; n <= 40; ++n) sum += term *= -(2 * n - 1) / (2 * x * x);
  return sum / (x * std::sqrt(std::acos(-1.0L)));
}

}  // namespace

TEST_CASE("erfcx of arguments known from tables") {
  CHECK(math::erfcx(0.0) == doctest::Approx(1).epsilon(4e-16));
  CHECK(math::erfcx(1.0) == doctest::Approx(0.42758357615580700).epsilon(5e-16));
  CHECK(math::erfcx(10.0) == doctest::Approx(0.056140992743822585).epsilon(5e-16));
  CHECK(math::erfcx(-1.0) == doctest::Approx(5.0089800807622835).epsilon(5e-16));
  CHECK(math::erfcx(0.5f) == doctest::Approx(0.61569034).epsilon(2e-7));
}

TEST_CASE_TEMPLATE("erfcx is at most 3 ulp off", R, float, double) {
  const auto erfcx = [](R x) { return math::erfcx(x); };
  CHECK(test::worst_ulps<R>(erfcx, erfcx_true, 0, 1, 300000) <= 3);
  CHECK(test::worst_ulps<R>(erfcx, erfcx_true, 0, 30, 300000) <= 3);
  CHECK(test::worst_ulps<R>(erfcx, erfcx_true, 1e-30, 1e30, 300000, true) <= 3);
  CHECK(test::worst_ulps<R>(erfcx, erfcx_true, -1, 0, 300000) <= 3);
  CHECK(test::worst_ulps<R>(erfcx, erfcx_true, std::same_as<R, float> ? -9.3 : -26.5, 0, 300000) <=
        3);
}

TEST_CASE_TEMPLATE("erfcx falls to 0, overflows to the left and passes NaN", R, float, double) {
  const R infinity = std::numeric_limits<R>::infinity();
  CHECK(math::erfcx(infinity) == R(0));
  CHECK(math::erfcx(R(-30)) == infinity);
  CHECK(math::erfcx(-infinity) == infinity);
  CHECK(std::isnan(math::erfcx(math::quiet_nan<R>())));
}
