// SPDX-License-Identifier: MIT
// Every number of a row of the table, from alpha_bar alone.
#include "formulas/by_alpha_bar.hpp"
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace test;

namespace {

doctest::Approx about(double x) { return doctest::Approx(x).epsilon(1e-9); }

}  // namespace

TEST_CASE("every number of a row is the one of its name") {
  for (const std::size_t t : {0u, 1u, 20u, 49u}) {
    CAPTURE(t);
    const Row& c = rows()[t];
    const ByAlphaBar by(t);
    const double next = t < 49 ? rows()[t + 1].alpha_bar : 0;
    CHECK(c.timestep == static_cast<double>(t));
    CHECK(c.is_noisy == (t > 0 ? 1 : 0));
    CHECK(c.beta == about(by.beta));
    CHECK(c.log_beta == about(std::log(by.beta)));
    CHECK(c.sqrt_alpha == about(std::sqrt(1 - by.beta)));
    CHECK(c.alpha_bar_prev == about(by.ap));
    CHECK(c.alpha_bar_next == about(next));
    CHECK(c.one_minus_alpha_bar == about(1 - by.a));
    CHECK(c.one_minus_alpha_bar_prev == about(1 - by.ap));
    CHECK(c.one_minus_alpha_bar_next == about(1 - next));
    CHECK(c.log_one_minus_alpha_bar == about(std::log(1 - by.a)));
    CHECK(c.sqrt_alpha_bar == about(std::sqrt(by.a)));
    CHECK(c.sqrt_alpha_bar_prev == about(std::sqrt(by.ap)));
    CHECK(c.sqrt_alpha_bar_next == about(std::sqrt(next)));
    CHECK(c.sqrt_one_minus_alpha_bar == about(std::sqrt(1 - by.a)));
    CHECK(c.sqrt_one_minus_alpha_bar_next == about(std::sqrt(1 - next)));
    CHECK(c.recip_sqrt_one_minus_alpha_bar == about(1 / std::sqrt(1 - by.a)));
    CHECK(c.sqrt_recip_alpha_bar == about(1 / std::sqrt(by.a)));
    CHECK(c.sqrt_recipm1_alpha_bar == about(std::sqrt(1 / by.a - 1)));
    CHECK(c.posterior_mean_coef1 == about(by.c1));
    CHECK(c.posterior_mean_coef2 == about(by.c2));
    CHECK(c.recip_posterior_mean_coef1 == about(1 / by.c1));
    CHECK(c.posterior_mean_coef2_over_1 == about(by.c2 / by.c1));
    CHECK(c.posterior_variance == about(t > 0 ? by.small : 0));
    CHECK(c.posterior_log_variance_clipped == about(std::log(by.small)));
    CHECK(c.posterior_deviation_clipped == about(std::sqrt(by.small)));
    CHECK(c.recip_posterior_deviation_clipped == about(1 / std::sqrt(by.small)));
    CHECK(c.log_variance_range == about(std::log(by.beta / by.small)));
    CHECK(c.large_variance == about(by.large));
    CHECK(c.large_log_variance == about(std::log(by.large)));
    CHECK(c.large_deviation == about(std::sqrt(by.large)));
  }
}

TEST_CASE("one timestep alone has no neighbour to lend it a variance: its own beta") {
  const Row c = iddpm::make_coefficients(iddpm::schedule::Custom({0.3}))[0];
  CHECK(c.posterior_variance == 0);
  CHECK(c.posterior_log_variance_clipped == about(std::log(0.3)));
  CHECK(c.log_variance_range == about(0));
  CHECK(c.large_variance == about(0.3));
}

TEST_CASE("alpha_bar and its complement add up to one, and keep what rounding takes") {
  long double alpha_bar = 1;
  const auto all = iddpm::make_coefficients(iddpm::schedule::Cosine{4000});
  for (const Row& c : all) {
    alpha_bar *= 1 - static_cast<long double>(c.beta);
    CHECK(c.alpha_bar == doctest::Approx(static_cast<double>(alpha_bar)).epsilon(4e-16));
    CHECK(c.one_minus_alpha_bar ==
          doctest::Approx(static_cast<double>(1 - alpha_bar)).epsilon(4e-16));
  }
}
