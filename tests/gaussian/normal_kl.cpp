// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/normal_kl.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using iddpm::normal_kl;

TEST_CASE("the divergence of two normals is that worked by hand") {
  CHECK(normal_kl(0.0, 0.0, 0.0).value == 0);
  CHECK(normal_kl(2.0, 0.0, 0.0).value == 2);
  CHECK(normal_kl(0.0, std::log(4.0), 0.0).value == doctest::Approx(0.5 * (3 - std::log(4.0))));
  CHECK(normal_kl(1.0, 0.0, std::log(2.0)).value ==
        doctest::Approx(0.5 * (-1 + std::log(2.0) + 0.5 + 0.5)));
}

TEST_CASE_TEMPLATE("close distributions keep their last digits", R, float, double) {
  // (e^d - 1 - d) / 2 = d^2 / 4 + d^3 / 12 + ...; the textbook form gives 0 or rounding, of either
  // sign.
  const auto tolerance = 4 * std::numeric_limits<R>::epsilon();
  for (const double size : {1e-12, 1e-6, 1e-3, 0.03, 0.4, 0.499, 0.501, 0.9, 3.0})
    for (const double sign : {-1.0, 1.0}) {
      const R d = static_cast<R>(sign * size);
      const long double l = static_cast<long double>(d);
      const long double want =
          size < 1e-2 ? l * l / 4 * (1 + l / 3 * (1 + l / 4 * (1 + l / 5 * (1 + l / 6))))
                      : (std::expm1(l) - l) / 2;
      CAPTURE(d);
      CHECK(std::fabs(static_cast<double>(
                static_cast<long double>(normal_kl(R(0), d, R(0)).value) / want - 1)) <=
            static_cast<double>(tolerance));
    }
}

TEST_CASE("no rounding makes a divergence negative") {
  for (int i = 0; i < 10000; ++i) {
    const float lq = -5 + 1e-3f * static_cast<float>(i);
    for (const float lp : {std::nextafter(lq, 9.0f), lq * 1.00001f, lq - 1e-3f})
      CHECK(normal_kl(0.0f, lq, lp).value >= 0);
  }
}

TEST_CASE("the derivatives are those of finite differences") {
  const double error = 0.3, lq = -2.5, lp = -1.75, h = 1e-6;
  const auto term = normal_kl(error, lq, lp);
  const auto value = [&](double m, double l) { return normal_kl(error - m, lq, l).value; };
  CHECK(term.d_mean == doctest::Approx((value(h, lp) - value(-h, lp)) / (2 * h)).epsilon(1e-8));
  CHECK(term.d_log_variance ==
        doctest::Approx((value(0, lp + h) - value(0, lp - h)) / (2 * h)).epsilon(1e-8));
}

TEST_CASE("the form that is given the ratio of the variances is the same divergence") {
  for (const double lq : {-9.0, -1.0, 0.5})
    for (const double lp : {-9.5, -1.0, 2.0}) {
      const auto plain = normal_kl(0.3, lq, lp);
      const auto by_ratio = iddpm::normal_kl_by_ratio(0.3, std::exp(-lq / 2), lp - lq);
      CHECK(by_ratio.value == doctest::Approx(plain.value).epsilon(1e-13));
      CHECK(by_ratio.d_mean == doctest::Approx(plain.d_mean).epsilon(1e-13));
      CHECK(by_ratio.d_log_variance == doctest::Approx(plain.d_log_variance).epsilon(1e-13));
    }
}
