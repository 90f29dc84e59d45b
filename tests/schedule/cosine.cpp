// SPDX-License-Identifier: MIT
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using iddpm::schedule::Cosine;

TEST_CASE("Cosine's betas follow eq. (17), as a ratio of squared cosines") {
  const auto alpha_bar = [](double u) {
    return std::pow(std::cos((u + 0.008) / 1.008 * std::acos(-1.0) / 2), 2);
  };
  const auto betas = Cosine{4}.betas();
  REQUIRE(betas.size() == 4);
  for (int t = 0; t < 3; ++t)
    CHECK(betas[static_cast<std::size_t>(t)] ==
          doctest::Approx(1 - alpha_bar((t + 1) / 4.0) / alpha_bar(t / 4.0)).epsilon(1e-14));
  CHECK(betas[3] == 0.999);
}

TEST_CASE("every digit of Cosine's betas is true, at both ends") {
  const long double offset = 0.008, unit = std::acos(-1.0L) / 2 / (1 + offset), step = unit / 4000;
  const auto betas = Cosine(4000, 0.008, 0.9999).betas();
  long double worst = 0;
  for (int t = 0; t < 3999; ++t) {
    const long double a = (t / 4000.0L + offset) * unit;
    const long double exact = std::sin(step) * std::sin(2 * a + step) / (std::cos(a) * std::cos(a));
    const long double beta = betas[static_cast<std::size_t>(t)];
    worst = std::max(worst, std::abs(beta / exact - 1));
  }
  CHECK(static_cast<double>(worst) < 2e-15);
}

TEST_CASE("Cosine's offset and largest beta are arguments") {
  CHECK(Cosine(10, 0.1).betas()[0] > Cosine(10).betas()[0]);
  const Cosine schedule(10, 0.1, 0.5);
  CHECK(schedule.betas()[9] == 0.5);
  CHECK(schedule.num_timesteps() == 10);
  CHECK(schedule.offset() == 0.1);
  CHECK(schedule.largest_beta() == 0.5);
  CHECK(Cosine(1).betas() == std::vector<double>{0.999});
}

TEST_CASE("Cosine refuses arguments out of range with a sentence") {
  CHECK_THROWS_WITH_AS(Cosine{0}, "Cosine: num_timesteps must be positive; got 0",
                       std::invalid_argument);
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](double offset, double largest_beta, const char* sentence) {
    CHECK_THROWS_WITH_AS(Cosine(10, offset, largest_beta), sentence, std::invalid_argument);
  };
  refused(-0.5, 0.9, "Cosine: offset must be finite and at least 0; got -0.5");
  refused(nan, 0.9, "Cosine: offset must be finite and at least 0; got nan");
  refused(infinity, 0.9, "Cosine: offset must be finite and at least 0; got inf");
  refused(0, 1, "Cosine: largest_beta must be in (0, 1); got 1");
  refused(0, nan, "Cosine: largest_beta must be in (0, 1); got nan");
}
