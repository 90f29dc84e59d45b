// SPDX-License-Identifier: MIT
#include <iddpm/math/sincos.hpp>

#include <doctest/doctest.h>
#include <support/ulps.hpp>

#include <cmath>
#include <limits>
#include <numbers>

using namespace iddpm;

namespace {

const auto sin_true = [](long double x) { return std::sin(x); };
const auto cos_true = [](long double x) { return std::cos(x); };

}  // namespace

TEST_CASE("sine and cosine of hand-worked arguments") {
  CHECK(math::sin(0.0) == 0.0);
  CHECK(math::cos(0.0) == 1.0);
  CHECK(math::sin(std::numbers::pi / 6) == doctest::Approx(0.5).epsilon(4e-16));
  CHECK(math::cos(std::numbers::pi) == -1.0);
  CHECK(math::cos(std::numbers::pi / 2) == doctest::Approx(6.123233995736766e-17).epsilon(4e-16));
  CHECK(math::sincos(2.0f).sin == math::sin(2.0f));
  CHECK(math::sincos(2.0f).cos == math::cos(2.0f));
}

TEST_CASE_TEMPLATE("a quarter turn maps (sin, cos) to (cos, -sin)", R, float, double) {
  const math::SinCos<R> of_a{R(0.25), R(0.75)};
  const R sines[] = {R(0.25), R(0.75), R(-0.25), R(-0.75)};
  const R cosines[] = {R(0.75), R(-0.25), R(-0.75), R(0.25)};
  for (unsigned quarters = 0; quarters < 8; ++quarters) {
    CHECK(math::turn(of_a, math::Bits<R>(quarters)).sin == sines[quarters % 4]);
    CHECK(math::turn(of_a, math::Bits<R>(quarters)).cos == cosines[quarters % 4]);
  }
}

TEST_CASE_TEMPLATE("sin and cos are at most 2 ulp off", R, float, double) {
  const auto sin = [](R x) { return math::sin(x); };
  const auto cos = [](R x) { return math::cos(x); };
  CHECK(test::worst_ulps<R>(sin, sin_true, -65536, 65536, 500000) <= 2);
  CHECK(test::worst_ulps<R>(cos, cos_true, -65536, 65536, 500000) <= 2);
  CHECK(test::worst_ulps<R>(sin, sin_true, -7, 7, 500000) <= 2);
  CHECK(test::worst_ulps<R>(cos, cos_true, 0, std::numbers::pi / 2, 500000) <= 2);
  CHECK(test::worst_ulps<R>(cos, cos_true, 1.5707, 1.5709, 100000) <= 2);
  CHECK(test::worst_ulps<R>(sin, sin_true, 1e-30, 1, 100000, true) <= 2);
}

TEST_CASE_TEMPLATE("sin and cos are NaN outside their range", R, float, double) {
  for (const R x : {R(65537), R(-1e30), std::numeric_limits<R>::infinity(), math::quiet_nan<R>()}) {
    CHECK(std::isnan(math::sin(x)));
    CHECK(std::isnan(math::cos(x)));
  }
}
