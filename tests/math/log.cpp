// SPDX-License-Identifier: MIT
#include <iddpm/math/log.hpp>

#include <doctest/doctest.h>
#include <support/ulps.hpp>

#include <cmath>
#include <limits>

using namespace iddpm;

namespace {

const auto log_true = [](long double x) { return std::log(x); };
const auto log1p_true = [](long double x) { return std::log1p(x); };

}  // namespace

TEST_CASE("log and log1p of hand-worked arguments") {
  CHECK(math::log(1.0) == 0.0);
  CHECK(math::log(2.0) == doctest::Approx(0.6931471805599453).epsilon(4e-16));
  CHECK(math::log(10.0f) == doctest::Approx(2.3025851).epsilon(2e-7));
  CHECK(math::log1p(0.0) == 0.0);
  CHECK(math::log1p(-1e-10) == doctest::Approx(-1.00000000005e-10).epsilon(4e-16));
}

TEST_CASE_TEMPLATE("a binade's mantissa lies in [2/3, 4/3)", R, float, double) {
  for (const R x : {R(0.66), R(0.67), R(1), R(1.33), R(1.34), R(1e-20), R(3e20)}) {
    const auto [exponent, mantissa, inverse] = math::binade(x);
    CHECK(std::ldexp(mantissa, static_cast<int>(exponent)) == x);
    CHECK(mantissa >= R(2.0 / 3.0));
    CHECK(mantissa < R(4.0 / 3.0));
    CHECK(inverse == std::ldexp(R(1), -static_cast<int>(exponent)));
  }
}

TEST_CASE_TEMPLATE("log is at most 1 ulp off, for subnormals too", R, float, double) {
  const auto log = [](R x) { return math::log(x); };
  const double least = std::same_as<R, float> ? 2e-45 : 1e-320;
  const double most = std::same_as<R, float> ? 3e38 : 1.7e308;
  CHECK(test::worst_ulps<R>(log, log_true, least, 1e-30, 300000, true) <= 1);
  CHECK(test::worst_ulps<R>(log, log_true, 1e-30, most, 300000, true) <= 1);
  CHECK(test::worst_ulps<R>(log, log_true, 0.6, 1.5, 1000000) <= 1);
  CHECK(test::worst_ulps<R>(log, log_true, 0.999, 1.001, 300000) <= 1);
}

TEST_CASE_TEMPLATE("log1p is at most 2 ulp off, also near zero", R, float, double) {
  const auto log1p = [](R x) { return math::log1p(x); };
  CHECK(test::worst_ulps<R>(log1p, log1p_true, -1, 3, 1000000) <= 2);
  CHECK(test::worst_ulps<R>(log1p, log1p_true, 1, 1e38, 300000, true) <= 2);
  CHECK(test::worst_ulps<R>(log1p, log1p_true, 1e-30, 1, 300000, true) <= 2);
  CHECK(test::worst_ulps<R>(log1p, log1p_true, -1e-30, -1, 300000, true) <= 2);
}

TEST_CASE_TEMPLATE("log and log1p answer any argument", R, float, double) {
  const R infinity = std::numeric_limits<R>::infinity();
  CHECK(math::log(R(0)) == -infinity);
  CHECK(math::log(R(-0.0)) == -infinity);
  CHECK(std::isnan(math::log(R(-1))));
  CHECK(math::log(infinity) == infinity);
  CHECK(std::isnan(math::log(math::quiet_nan<R>())));
  CHECK(math::log1p(R(-1)) == -infinity);
  CHECK(std::isnan(math::log1p(R(-2))));
  CHECK(math::log1p(infinity) == infinity);
  CHECK(std::isnan(math::log1p(math::quiet_nan<R>())));
}
