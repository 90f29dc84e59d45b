// SPDX-License-Identifier: MIT
#include <iddpm/math/exp.hpp>

#include <doctest/doctest.h>
#include <support/ulps.hpp>

#include <cmath>
#include <limits>

using namespace iddpm;

namespace {

template <class R>
constexpr double largest = std::same_as<R, float> ? 88.72 : 709.78;

const auto exp_true = [](long double x) { return std::exp(x); };
const auto expm1_true = [](long double x) { return std::expm1(x); };

}  // namespace

TEST_CASE_TEMPLATE("exp and expm1 are exact at zero", R, float, double) {
  CHECK(math::exp(R(0)) == R(1));
  CHECK(math::expm1(R(0)) == R(0));
}

TEST_CASE("exp and expm1 of hand-worked arguments") {
  CHECK(math::exp(1.0) == doctest::Approx(2.718281828459045).epsilon(4e-16));
  CHECK(math::exp(-0.5f) == doctest::Approx(0.60653066).epsilon(2e-7));
  CHECK(math::expm1(1e-10) == doctest::Approx(1.00000000005e-10).epsilon(4e-16));
}

TEST_CASE_TEMPLATE("exp is at most 1 ulp off, subnormal results 2", R, float, double) {
  const auto exp = [](R x) { return math::exp(x); };
  CHECK(test::worst_ulps<R>(exp, exp_true, -largest<R> + 2, largest<R>, 1000000) <= 1);
  CHECK(test::worst_ulps<R>(exp, exp_true, -2, 2, 1000000) <= 1);
  CHECK(test::worst_ulps<R>(exp, exp_true, -1.05 * largest<R>, -0.98 * largest<R>, 100000) <= 2);
}

TEST_CASE_TEMPLATE("expm1 is at most 2 ulp off, also near zero", R, float, double) {
  const auto expm1 = [](R x) { return math::expm1(x); };
  CHECK(test::worst_ulps<R>(expm1, expm1_true, -50, 50, 300000) <= 2);
  CHECK(test::worst_ulps<R>(expm1, expm1_true, -2, 2, 300000) <= 2);
  CHECK(test::worst_ulps<R>(expm1, expm1_true, 1e-30, 1, 300000, true) <= 2);
  CHECK(test::worst_ulps<R>(expm1, expm1_true, -1e-30, -1, 300000, true) <= 2);
  CHECK(test::worst_ulps<R>(expm1, expm1_true, 39, largest<R>, 100000) <= 2);
}

TEST_CASE_TEMPLATE("exp and expm1 overflow, underflow and pass NaN", R, float, double) {
  const R infinity = std::numeric_limits<R>::infinity();
  CHECK(math::exp(infinity) == infinity);
  CHECK(math::exp(R(1000)) == infinity);
  CHECK(math::exp(R(-1000)) == R(0));
  CHECK(math::exp(-infinity) == R(0));
  CHECK(std::isnan(math::exp(math::quiet_nan<R>())));
  CHECK(math::expm1(infinity) == infinity);
  CHECK(math::expm1(-infinity) == R(-1));
  CHECK(math::expm1(R(-1000)) == R(-1));
  CHECK(std::isnan(math::expm1(math::quiet_nan<R>())));
}
