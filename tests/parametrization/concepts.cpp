// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

// What every mean type keeps.

namespace {

using iddpm::Coefficients;

// Rows of a real table, from the first to the last, and the one worked by hand.
std::vector<Coefficients<double>> rows() {
  const auto table = iddpm::make_coefficients(iddpm::schedule::Cosine{1000});
  std::vector<Coefficients<double>> some{half_way_row()};
  for (std::size_t t = 0; t < table.size(); t += 37) some.push_back(table[t]);
  some.push_back(table.back());
  return some;
}

struct Sample {
  double x_start, noise, x_t;
};

Sample sample_of(const Coefficients<double>& c, std::mt19937_64& numbers) {
  std::normal_distribution<double> normal;
  const double x_start = normal(numbers), noise = normal(numbers);
  return {x_start, noise, c.sqrt_alpha_bar * x_start + c.sqrt_one_minus_alpha_bar * noise};
}

}  // namespace

TEST_CASE_TEMPLATE("a mean type: a perfect network predicts x_0 and the posterior's mean", M,
                   iddpm::mean::Epsilon, iddpm::mean::StartX, iddpm::mean::PreviousX,
                   iddpm::mean::Velocity) {
  static_assert(iddpm::MeanType<M>, "this case is for mean types");
  std::mt19937_64 numbers(1);
  for (const auto& c : rows()) {
    const auto [x_start, noise, x_t] = sample_of(c, numbers);
    const double output = M::target(c, x_start, x_t, noise);
    const double predicted = M::x_start(c, x_t, output);
    // What rounding of x_t and of the output becomes in x_0.
    const double growth = std::max(c.sqrt_recip_alpha_bar, c.recip_posterior_mean_coef1);
    CHECK(std::abs(predicted - x_start) <= 1e-15 * growth + 1e-12);
    const double mean = iddpm::posterior_mean(c, x_start, x_t);
    CHECK(std::abs(M::mean(c, x_t, predicted, output) - mean) <= 1e-12);
    CHECK(std::abs(M::mean_error(c, x_start, x_t, predicted, output)) <= 1e-12);
  }
}

TEST_CASE_TEMPLATE("a mean type: the slopes are the derivatives by the output, and chain by c1", M,
                   iddpm::mean::Epsilon, iddpm::mean::StartX, iddpm::mean::PreviousX,
                   iddpm::mean::Velocity) {
  std::mt19937_64 numbers(2);
  for (const auto& c : rows()) {
    const auto [x_start, output, x_t] = sample_of(c, numbers);
    const double h = 0.5;  // linear in the output: a wide step is as exact, and loses less
    const double right = M::x_start(c, x_t, output + h), left = M::x_start(c, x_t, output - h);
    CHECK((right - left) / (2 * h) == doctest::Approx(M::x_start_slope(c)).epsilon(1e-11));
    const double mean_right = M::mean(c, x_t, right, output + h);
    const double mean_left = M::mean(c, x_t, left, output - h);
    CHECK(std::abs((mean_right - mean_left) / (2 * h) - M::mean_slope(c)) <= 1e-12);
    CHECK(M::mean_slope(c) ==
          doctest::Approx(c.posterior_mean_coef1 * M::x_start_slope(c)).epsilon(1e-14));
  }
}

TEST_CASE_TEMPLATE("a mean type: mean_error is mean_slope times what the output lacks", M,
                   iddpm::mean::Epsilon, iddpm::mean::StartX, iddpm::mean::PreviousX,
                   iddpm::mean::Velocity) {
  std::mt19937_64 numbers(3);
  for (const auto& c : rows()) {
    const auto [x_start, noise, x_t] = sample_of(c, numbers);
    const double lack = 0.25, output = M::target(c, x_start, x_t, noise) - lack;
    const double error = M::mean_error(c, x_start, x_t, M::x_start(c, x_t, output), output);
    CHECK(std::abs(error - M::mean_slope(c) * lack) <= 1e-12);
  }
}
