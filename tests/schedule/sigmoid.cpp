// SPDX-License-Identifier: MIT
#include <iddpm/schedule/coefficients.hpp>
#include <iddpm/schedule/sigmoid.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using iddpm::schedule::Sigmoid;

namespace {

// The paper's gamma, in long double.
long double alpha_bar(long double u, long double start, long double end, long double tau) {
  const auto logistic = [](long double x) { return 1 / (1 + std::exp(-x)); };
  const long double last = logistic(end / tau), first = logistic(start / tau);
  return (last - logistic((u * (end - start) + start) / tau)) / (last - first);
}

// The largest relative error of a beta; the last one is largest_beta by definition.
double worst_error(int num_timesteps, double start, double end, double tau) {
  const auto betas = Sigmoid(num_timesteps, start, end, tau, 0.9999).betas();
  double worst = 0;
  for (int t = 0; t + 1 < num_timesteps; ++t) {
    const long double steps = num_timesteps;
    const long double exact =
        1 - alpha_bar((t + 1) / steps, start, end, tau) / alpha_bar(t / steps, start, end, tau);
    const auto beta = static_cast<long double>(betas[static_cast<std::size_t>(t)]);
    worst = std::max(worst, static_cast<double>(std::abs(beta / exact - 1)));
  }
  return worst;
}

}  // namespace

TEST_CASE("Sigmoid's betas for T = 2 are those worked by hand") {
  // alpha_bar(0) = 1 and, by symmetry, alpha_bar(1/2) = 1/2, alpha_bar(1) = 0.
  const auto betas = Sigmoid(2).betas();
  REQUIRE(betas.size() == 2);
  CHECK(betas[0] == doctest::Approx(0.5).epsilon(1e-15));
  CHECK(betas[1] == 0.999);
  CHECK(Sigmoid(1).betas() == std::vector<double>{0.999});
}

TEST_CASE("Sigmoid's betas follow the paper's gamma, for every usual start, end and tau") {
  CHECK(worst_error(20, -3, 3, 1) < 2e-15);
  CHECK(worst_error(20, 0, 3, 1) < 2e-15);
  CHECK(worst_error(20, 0, 3, 0.3) < 2e-15);
  CHECK(worst_error(20, -3, 3, 1.1) < 2e-15);
  CHECK(worst_error(1000, -3, 3, 1) < 1e-13);  // what long double leaves of the paper's form
}

TEST_CASE("Sigmoid overflows nowhere and passes through alpha_bar = 1/2 half way") {
  const auto rows = iddpm::make_coefficients(Sigmoid(1000));
  CHECK(rows[499].alpha_bar == doctest::Approx(0.5).epsilon(1e-13));
  for (const double beta : Sigmoid(10, -300, 300, 0.7).betas()) CHECK((beta > 0 && beta < 1));
}

TEST_CASE("Sigmoid tells its arguments") {
  const Sigmoid schedule(10, -2, 4, 0.5, 0.9);
  CHECK(schedule.num_timesteps() == 10);
  CHECK(schedule.start() == -2);
  CHECK(schedule.end() == 4);
  CHECK(schedule.tau() == 0.5);
  CHECK(schedule.largest_beta() == 0.9);
  CHECK(schedule.betas().back() == 0.9);
}

TEST_CASE("Sigmoid refuses arguments out of range with a sentence") {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](int num_timesteps, double start, double end, double tau, double largest,
                          const char* sentence) {
    CHECK_THROWS_WITH_AS(Sigmoid(num_timesteps, start, end, tau, largest), sentence,
                         std::invalid_argument);
  };
  refused(0, -3, 3, 1, 0.9, "Sigmoid: num_timesteps must be positive; got 0");
  refused(5, nan, 3, 1, 0.9, "Sigmoid: start must be finite; got nan");
  refused(5, -infinity, 3, 1, 0.9, "Sigmoid: start must be finite; got -inf");
  refused(5, 3, 3, 1, 0.9, "Sigmoid: end must be finite and above start; got 3");
  refused(5, -3, infinity, 1, 0.9, "Sigmoid: end must be finite and above start; got inf");
  refused(5, -3, 3, 0, 0.9, "Sigmoid: tau must be positive and finite; got 0");
  refused(5, -3, 3, infinity, 0.9, "Sigmoid: tau must be positive and finite; got inf");
  refused(5, -3, 3, nan, 0.9, "Sigmoid: tau must be positive and finite; got nan");
  refused(5, -3, 3, 1, 1, "Sigmoid: largest_beta must be in (0, 1); got 1");
  refused(5, -3, 3, 1, nan, "Sigmoid: largest_beta must be in (0, 1); got nan");
}
