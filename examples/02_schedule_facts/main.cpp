// SPDX-License-Identifier: MIT
// Computes numbers about IDDPM that are in circulation: see docs/facts.md.
// Prints:
//   cosine betas against linear, mean over t = 0 .. 199: -74.36 %
//   and over t = 800 .. 999: +179.81 %
//   f(0) of the cosine schedule: 0.999845
//   tanh for the normal CDF is off by up to 1.79e-04, at z = +-2.59
//   factor of the bound, T = 100: MSE 1, RESCALED_MSE 0.1
//   factor of the bound, T = 1000: MSE 1, RESCALED_MSE 1
//   factor of the bound, T = 4000: MSE 1, RESCALED_MSE 4
#include <iddpm/gaussian/standard_normal_cdf.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/schedule.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

namespace {

// How far the cosine betas' sum lies above the linear betas', in per cent, over count timesteps.
double cosine_above_linear(std::size_t first, std::size_t count) {
  const std::vector<double> cosine = iddpm::schedule::Cosine(1000).betas();
  const std::vector<double> linear = iddpm::schedule::Linear(1000).betas();
  double of_cosine = 0, of_linear = 0;
  for (std::size_t t = first; t < first + count; ++t) {
    of_cosine += cosine[t];
    of_linear += linear[t];
  }
  return 100 * (of_cosine / of_linear - 1);
}

}  // namespace

int main() {
  std::printf("cosine betas against linear, mean over t = 0 .. 199: %+.2f %%\n",
              cosine_above_linear(0, 200));
  std::printf("and over t = 800 .. 999: %+.2f %%\n", cosine_above_linear(800, 200));
  const double f = iddpm::math::cos(0.008 / 1.008 * 1.57079632679489661923);
  std::printf("f(0) of the cosine schedule: %.6f\n", f * f);

  double largest = 0, where = 0;
  for (int i = 0; i <= 1000000; ++i) {
    const double z = i * 1e-5, exact = 0.5 * std::erfc(-z * std::sqrt(0.5));
    const double error = std::abs(iddpm::approx_standard_normal_cdf(z) - exact);
    if (error > largest) largest = error, where = z;
  }
  std::printf("tanh for the normal CDF is off by up to %.2e, at z = +-%.2f\n", largest, where);

  for (const int num_timesteps : {100, 1000, 4000})
    std::printf("factor of the bound, T = %d: MSE %g, RESCALED_MSE %g\n", num_timesteps,
                iddpm::loss::Mse::bound_scale(num_timesteps),
                iddpm::loss::RescaledMse::bound_scale(num_timesteps));
}
