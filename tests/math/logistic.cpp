// SPDX-License-Identifier: MIT
#include <iddpm/math/logistic.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace iddpm;

TEST_CASE_TEMPLATE("logistic and softplus follow their definitions over the whole range", R, float,
                   double) {
  const double tolerance = sizeof(R) == 4 ? 4e-7 : 1e-15;
  for (double x = -80; x <= 80; x += 0.37) {
    CAPTURE(x);
    const R argument = static_cast<R>(x);
    const double exact = std::exp(-static_cast<double>(argument));
    CHECK(static_cast<double>(math::logistic(argument)) ==
          doctest::Approx(1 / (1 + exact)).epsilon(tolerance).scale(0));
    const double soft =
        x > 0 ? static_cast<double>(argument) + std::log1p(exact) : std::log1p(1 / exact);
    CHECK(static_cast<double>(math::softplus(argument)) ==
          doctest::Approx(soft).epsilon(tolerance).scale(0));
  }
}

TEST_CASE("the ends are reached, and NaN passes") {
  CHECK(math::logistic(-1e4) == 0);
  CHECK(math::logistic(1e4) == 1);
  CHECK(math::softplus(-1e4) == 0);
  CHECK(math::softplus(1e4f) == 1e4f);
  CHECK(std::isnan(math::logistic(std::nan(""))));
  CHECK(std::isnan(math::softplus(std::nan(""))));
}
