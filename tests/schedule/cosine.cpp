// SPDX-License-Identifier: MIT
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <cmath>

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

TEST_CASE("Cosine's offset and largest beta are arguments") {
  CHECK(Cosine(10, 0.1).betas()[0] > Cosine(10).betas()[0]);
  CHECK(Cosine(10, 0.008, 0.5).betas()[9] == 0.5);
}

TEST_CASE("Cosine refuses arguments out of range with a sentence") {
  CHECK_THROWS_WITH_AS(Cosine{0}, "Cosine: num_timesteps must be positive; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Cosine(10, -0.5), "Cosine: offset must be at least 0; got -0.5",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Cosine(10, 0, 1), "Cosine: largest_beta must be in (0, 1); got 1",
                       std::invalid_argument);
}
