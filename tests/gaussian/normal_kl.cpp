// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/normal_kl.hpp>

#include <doctest/doctest.h>

#include <cmath>

using iddpm::normal_kl;

TEST_CASE("the divergence of two normals is that worked by hand") {
  CHECK(normal_kl(0.0, 0.0, 0.0).value == 0);
  CHECK(normal_kl(2.0, 0.0, 0.0).value == 2);
  CHECK(normal_kl(0.0, std::log(4.0), 0.0).value == doctest::Approx(0.5 * (3 - std::log(4.0))));
  CHECK(normal_kl(1.0, 0.0, std::log(2.0)).value ==
        doctest::Approx(0.5 * (-1 + std::log(2.0) + 0.5 + 0.5)));
}

TEST_CASE("close distributions keep their last digits") {
  // (expm1(d) - d) / 2 = d^2 / 4 + ...; the textbook form gives 0 or 5.6e-17 here.
  CHECK(normal_kl(0.0, 1e-6, 0.0).value == doctest::Approx(2.5e-13).epsilon(1e-3));
  CHECK(normal_kl(0.0f, 1e-3f, 0.0f).value == doctest::Approx(2.5e-7).epsilon(1e-3));
}

TEST_CASE("the derivatives are those of finite differences") {
  const double error = 0.3, lq = -2.5, lp = -1.75, h = 1e-6;
  const auto term = normal_kl(error, lq, lp);
  const auto value = [&](double m, double l) { return normal_kl(error - m, lq, l).value; };
  CHECK(term.d_mean == doctest::Approx((value(h, lp) - value(-h, lp)) / (2 * h)).epsilon(1e-8));
  CHECK(term.d_log_variance ==
        doctest::Approx((value(0, lp + h) - value(0, lp - h)) / (2 * h)).epsilon(1e-8));
}
