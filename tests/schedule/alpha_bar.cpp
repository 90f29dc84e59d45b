// SPDX-License-Identifier: MIT
#include <iddpm/schedule/alpha_bar.hpp>
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using iddpm::schedule::AlphaBar;
using iddpm::schedule::betas_for_alpha_bar;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double falling(double u) { return 1 - 0.5 * u; }

}  // namespace

TEST_CASE("a beta is the part of alpha_bar that its step takes away") {
  const auto betas = betas_for_alpha_bar(2, falling);
  REQUIRE(betas.size() == 2);
  CHECK(betas[0] == 0.25);
  CHECK(betas[1] == doctest::Approx(1 - 0.5 / 0.75).epsilon(1e-15));
  CHECK(betas_for_alpha_bar(1, falling) == std::vector<double>{0.5});
}

TEST_CASE("an alpha_bar that reaches 0 ends at the largest beta") {
  CHECK(betas_for_alpha_bar(4, [](double u) { return 1 - u; }).back() == 0.999);
  CHECK(betas_for_alpha_bar(
            4, [](double u) { return 1 - u; }, 0.4)
            .back() == 0.4);
}

TEST_CASE("Cosine is betas_for_alpha_bar of eq. (17) without the cancellation") {
  const auto squared_cosine = [](double u) {
    return std::pow(std::cos((u + 0.008) / 1.008 * 1.5707963267948966), 2);
  };
  const auto general = betas_for_alpha_bar(1000, squared_cosine);
  const auto exact = iddpm::schedule::Cosine(1000).betas();
  double worst = 0;
  for (std::size_t t = 0; t < 1000; ++t) worst = std::max(worst, std::abs(general[t] - exact[t]));
  CHECK(worst < 1e-13);
}

TEST_CASE("AlphaBar is the schedule of any callable, also of a lambda that captures") {
  const double slope = 0.5;
  AlphaBar schedule(
      2, [slope](double u) { return 1 - slope * u; }, 0.9);
  static_assert(iddpm::Schedule<decltype(schedule)>, "AlphaBar is a schedule");
  CHECK(schedule.betas() == betas_for_alpha_bar(2, falling));
  CHECK(schedule.num_timesteps() == 2);
  CHECK(schedule.largest_beta() == 0.9);
  CHECK(schedule.alpha_bar()(1.0) == 0.5);
  const auto copy = schedule;
  schedule = copy;
  CHECK(schedule.betas() == copy.betas());
}

TEST_CASE("betas_for_alpha_bar refuses what has no betas with a sentence") {
  const auto refused = [](int num_timesteps, auto alpha_bar, double largest, const char* sentence) {
    CHECK_THROWS_WITH_AS(betas_for_alpha_bar(num_timesteps, alpha_bar, largest), sentence,
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(AlphaBar(num_timesteps, alpha_bar, largest), sentence,
                         std::invalid_argument);
  };
  refused(0, falling, 0.999, "betas_for_alpha_bar: num_timesteps must be positive; got 0");
  refused(4, falling, 1, "betas_for_alpha_bar: largest_beta must be in (0, 1); got 1");
  refused(4, falling, 0, "betas_for_alpha_bar: largest_beta must be in (0, 1); got 0");
  refused(4, falling, std::nan(""), "betas_for_alpha_bar: largest_beta must be in (0, 1); got nan");
  refused(
      4, [](double u) { return 0.5 - u; }, 0.999,
      "betas_for_alpha_bar: alpha_bar(2 / T) must be positive and finite; got 0");
  refused(
      4, [](double) { return infinity; }, 0.999,
      "betas_for_alpha_bar: alpha_bar(0 / T) must be positive and finite; got inf");
  refused(
      4, [](double u) { return u < 1 ? 1 - u : -infinity; }, 0.999,
      "betas_for_alpha_bar: alpha_bar(4 / T) must be finite; got -inf");
  CHECK_THROWS_AS(betas_for_alpha_bar(2, [](double) { return std::nan(""); }),
                  std::invalid_argument);
}
