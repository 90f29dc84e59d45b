// SPDX-License-Identifier: MIT
#include <iddpm/training/learning_rate.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using iddpm::WarmupLinearDecay;

TEST_CASE("the rate rises to its peak and falls to zero") {
  const WarmupLinearDecay rate{.peak = 8, .warmup = 4, .total = 20};
  CHECK(rate(0) == 0);
  CHECK(rate(1) == 2);
  CHECK(rate(4) == 8);
  CHECK(rate(12) == 4);
  CHECK(rate(20) == 0);
}

TEST_CASE("the unit is the caller's: a fraction gives the same rate") {
  const WarmupLinearDecay steps{.peak = 8, .warmup = 4, .total = 16};
  const WarmupLinearDecay fraction{.peak = 8, .warmup = 0.25, .total = 1};
  for (int n = 0; n <= 16; ++n) CHECK(steps(n) == fraction(n / 16.0));
}

TEST_CASE("by default it falls from 1e-3 over a unit of one") {
  CHECK(WarmupLinearDecay{}(0) == 1e-3);
  CHECK(WarmupLinearDecay{}(0.5) == 0.5e-3);
  CHECK(WarmupLinearDecay{}(1) == 0);
}

TEST_CASE("outside the run the rate is zero") {
  const WarmupLinearDecay rate{.peak = 8, .warmup = 4, .total = 20};
  CHECK(rate(-1) == 0);
  CHECK(rate(21) == 0);
  CHECK(rate(HUGE_VAL) == 0);
}

TEST_CASE("there may be no warm-up, or nothing but warm-up") {
  CHECK(WarmupLinearDecay{.peak = 8, .warmup = 0, .total = 2}(0) == 8);
  CHECK(WarmupLinearDecay{.peak = 8, .warmup = 2, .total = 2}(1) == 4);
  CHECK(WarmupLinearDecay{.peak = 8, .warmup = 2, .total = 2}(2) == 0);
}

TEST_CASE("wrong settings are refused") {
  using I = std::invalid_argument;
  const auto rate = [](double peak, double warmup, double total, double now = 0) {
    return WarmupLinearDecay{.peak = peak, .warmup = warmup, .total = total}(now);
  };
  CHECK_THROWS_WITH_AS(rate(-1, 0, 1),
                       "WarmupLinearDecay: peak must be finite and at least 0; got -1", I);
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(rate(infinity, 0, 1),
                       "WarmupLinearDecay: peak must be finite and at least 0; got inf", I);
  CHECK_THROWS_WITH_AS(rate(1, 0, infinity),
                       "WarmupLinearDecay: total must be finite and above 0; got inf", I);
  CHECK_THROWS_WITH_AS(rate(1, -1, 2), "WarmupLinearDecay: warmup must be in [0, total]; got -1",
                       I);
  CHECK_THROWS_WITH_AS(rate(1, 0, 0), "WarmupLinearDecay: total must be finite and above 0; got 0",
                       I);
  CHECK_THROWS_WITH_AS(rate(1, 3, 2), "WarmupLinearDecay: warmup must be in [0, total]; got 3", I);
  CHECK_THROWS_WITH_AS(rate(1, 0, 1, std::nan("")),
                       "WarmupLinearDecay: now must be a number; got nan", I);
}
