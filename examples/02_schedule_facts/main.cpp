// SPDX-License-Identifier: MIT
// Computes the numbers about IDDPM that are in circulation: see docs/facts.md.
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/gaussian/decoder/tanh.hpp>
#include <iddpm/gaussian/standard_normal_cdf.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/schedule.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

namespace schedule = iddpm::schedule;
namespace decoder = iddpm::decoder;

namespace {

// How far the cosine betas' sum lies above the linear betas', in per cent, over count timesteps.
double cosine_above_linear(std::size_t first, std::size_t count) {
  const std::vector<double> cosine = schedule::Cosine(1000).betas();
  const std::vector<double> linear = schedule::Linear(1000).betas();
  double of_cosine = 0, of_linear = 0;
  for (std::size_t t = first; t < first + count; ++t) {
    of_cosine += cosine[t];
    of_linear += linear[t];
  }
  return 100 * (of_cosine / of_linear - 1);
}

void print_schedules() {
  const double cosine = iddpm::math::cos(0.008 / 1.008 * 1.57079632679489661923);
  std::printf("cosine betas against linear, T = 1000\n");
  std::printf("  mean over the first 200 steps  %+9.2f %%\n", cosine_above_linear(0, 200));
  std::printf("  mean over the last 200 steps   %+9.2f %%\n", cosine_above_linear(800, 200));
  std::printf("f(0) of the cosine schedule      %9.6f\n", cosine * cosine);
}

// The tanh approximation of the normal distribution function against erfc, in steps of 1e-5.
void print_normal_cdf() {
  double largest = 0, where = 0;
  for (int i = 0; i <= 1000000; ++i) {
    const double z = i * 1e-5, exact = 0.5 * std::erfc(-z * std::sqrt(0.5));
    const double error = std::abs(iddpm::approx_standard_normal_cdf(z) - exact);
    if (error > largest) largest = error, where = z;
  }
  std::printf("tanh for the normal CDF          %9.2e, the largest error, at z = +-%.2f\n", largest,
              where);
}

void print_losses() {
  std::printf("factor of the bound beside mse   MSE  RESCALED_MSE\n");
  for (const int num_timesteps : {100, 1000, 4000})
    std::printf("  T = %-4d                       %3g  %g\n", num_timesteps,
                iddpm::loss::Mse::bound_scale(num_timesteps),
                iddpm::loss::RescaledMse::bound_scale(num_timesteps));
}

// The expected bits of a normal number of this scale, rounded to 8-bit levels, by a decoder's
// -log2 p(x) in place of the true bins'; its mean takes every place between two levels.
template <class Decoder>
double expected_bits(const Decoder& decoder, double log_scale) {
  const double width = 2.0 / 255;
  double bits = 0;
  for (int place = 0; place < 200; ++place)
    for (int level = -40; level <= 40; ++level) {
      const double x = level * width, mean = (place + 0.5) / 200 * width;
      const double p = std::exp(decoder::Erf{}(x, mean, log_scale).value);
      bits -= p * decoder(x, mean, log_scale).value / std::log(2.0) / 200;
    }
  return bits;
}

// The density times a bin's width, in place of the bin's probability.
struct DensityTimesWidth {
  iddpm::LogLikelihood<double> operator()(double x, double mean, double log_scale) const {
    auto density = decoder::Continuous{}(x, mean, log_scale);
    density.value += std::log(2.0 / 255);
    return density;
  }
};

void print_bits(const char* what, double deviation) {
  const double log_scale = iddpm::math::log(deviation);
  const double exact = expected_bits(decoder::Erf{}, log_scale);
  const double density = expected_bits(DensityTimesWidth{}, log_scale);
  std::printf("  %7.5f  %-28s  %.5f  %.5f  %.5f  %+6.2f %%\n", deviation, what, exact,
              expected_bits(decoder::Tanh{}, log_scale), density, 100 * (density / exact - 1));
}

void print_bins() {
  const auto cosine = iddpm::make_coefficients(schedule::Cosine(4000));
  const auto linear = iddpm::make_coefficients(schedule::Linear(1000));
  std::printf("expected bits of an 8-bit value  exact    tanh     density x width\n");
  print_bits("posterior, t = 1, cosine 4000", std::sqrt(cosine[1].posterior_variance));
  print_bits("sqrt(beta_0), cosine 4000", std::sqrt(cosine[0].beta));
  print_bits("sqrt(beta_0), linear 1000", std::sqrt(linear[0].beta));
  print_bits("", 0.02);
}

}  // namespace

int main() {
  print_schedules();
  print_normal_cdf();
  print_losses();
  print_bins();
}
