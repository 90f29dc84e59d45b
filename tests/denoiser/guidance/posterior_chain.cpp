// SPDX-License-Identifier: MIT
// A whole guided run: the chain of a Gaussian observed with noise ends at its posterior.
#include "support/affine_net.hpp"
#include "support/gaussian_data.hpp"
#include <iddpm/denoiser/guidance/classifier.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using Batch2 = Tensor<double, 2, Exec>;
using Diffusion =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

constexpr double y = 0.7, tau = 0.4;
const test::GaussianData prior{0.5};
constexpr double mean_given_y = 0.25 * y / (0.25 + tau * tau);

struct LinearKernel {
  Batch2 x, out;
  double gain, offset;
  KOKKOS_FUNCTION void operator()(std::size_t i) const {
    out.data()[i] = gain * x.data()[i] + offset;
  }
};

// gain x + offset, the two by the row.
template <class F>
struct Linear {
  F of_row;

  template <class Timesteps>
  void operator()(const Exec& exec, const Batch2& x, const Timesteps&, const Batch2& out,
                  const Coefficients<double>& row) const {
    const auto [gain, offset] = of_row(row);
    Kokkos::parallel_for(
        "linear", Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, x.size()),
        LinearKernel{x, out, gain, offset});
  }
};

template <class F>
Linear<F> linear(F of_row) {
  return {of_row};
}

struct Moments {
  double mean, variance;
};

// What the chain's mean and variance must be: every step is affine in x.
Moments expected_moments(const Diffusion& diffusion) {
  const test::GaussianData posterior{std::sqrt(0.25 * tau * tau / (0.25 + tau * tau))};
  Moments x{0, 1};
  for (int t = diffusion.num_timesteps() - 1; t >= 0; --t) {
    const auto& c = diffusion.coefficients()[static_cast<std::size_t>(t)];
    const double of_x = posterior.x_start(c);
    const double gain = c.posterior_mean_coef1 * of_x + c.posterior_mean_coef2;
    const double offset =
        c.posterior_mean_coef1 * (1 - of_x * std::sqrt(c.alpha_bar)) * mean_given_y;
    x = {gain * x.mean + offset, gain * gain * x.variance + c.posterior_variance};
  }
  return x;
}

}  // namespace

TEST_CASE("a guided chain ends at the posterior, by the moments of each of its steps") {
  const Diffusion diffusion{schedule::Cosine{200}};
  const auto& rows = diffusion.coefficients();
  const auto guided = guidance::classifier<mean::Epsilon>(
      linear([](const auto& c) {
        return std::pair{prior.eps(c), 0.0};
      }),
      linear([](const auto& c) {
        const double gain = prior.x_start(c);
        const double spread = tau * tau + 0.25 * (1 - c.alpha_bar) / prior.v(c);
        return std::pair{-gain * gain / spread, gain * y / spread};
      }));
  std::size_t t = rows.size();
  const auto denoiser = [&](const Exec& exec, const auto& x, const auto& at, const auto& out) {
    guided(exec, x, at, out, rows[--t]);
  };
  const Batch2 x("x", 64, 1024);
  const NoiseStream noise{.seed = 21};
  fill_normal(Exec{}, noise.initial(), x);
  sample(Exec{}, diffusion, sampler::Ancestral{denoised::Identity{}}, denoiser, noise, x);
  const auto all = test::values(x);
  double mean = 0, squares = 0;
  for (const double value : all) mean += value / 65536;
  for (const double value : all) squares += (value - mean) * (value - mean) / 65536;

  // 65536 samples: one deviation of the mean is 0.0012, of the variance 0.55 %.
  const Moments expected = expected_moments(diffusion);
  CHECK(std::abs(mean - expected.mean) < 0.004);
  CHECK(squares == doctest::Approx(expected.variance).epsilon(0.02));
  CHECK(expected.mean == doctest::Approx(mean_given_y).epsilon(0.01));
  CHECK(expected.variance == doctest::Approx(0.25 * 0.16 / 0.41).epsilon(0.03));
}
