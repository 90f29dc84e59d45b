// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

// Two normals: weights 0.3 and 0.7, means -0.8 and 0.5, deviations 0.1 and 0.2.
struct Mixture {
  double weight[2] = {0.3, 0.7}, mean[2] = {-0.8, 0.5}, deviation[2] = {0.1, 0.2};

  // The expected x_0 of an x_t, by responsibilities.
  KOKKOS_INLINE_FUNCTION double x_start(double x, double alpha_bar) const {
    double sum = 0, of = 0, largest = -1e300, log_r[2] = {};
    for (int k = 0; k < 2; ++k) {
      const double v = alpha_bar * deviation[k] * deviation[k] + 1 - alpha_bar;
      const double d = x - Kokkos::sqrt(alpha_bar) * mean[k];
      log_r[k] = Kokkos::log(weight[k]) - 0.5 * Kokkos::log(v) - 0.5 * d * d / v;
      largest = log_r[k] > largest ? log_r[k] : largest;
    }
    for (int k = 0; k < 2; ++k) {
      const double v = alpha_bar * deviation[k] * deviation[k] + 1 - alpha_bar;
      const double d = x - Kokkos::sqrt(alpha_bar) * mean[k], r = Kokkos::exp(log_r[k] - largest);
      sum += r;
      of += r * (mean[k] + Kokkos::sqrt(alpha_bar) * deviation[k] * deviation[k] / v * d);
    }
    return of / sum;
  }
};

template <class X, class T, class Output>
struct MixtureKernel {
  Kokkos::View<const double*, Exec> alpha_bar;
  X x;
  T t;
  Output output;

  KOKKOS_FUNCTION void operator()(std::size_t i, std::size_t j) const {
    const auto index = static_cast<std::size_t>(t(i) + 0.5);
    output(i, j) = Mixture{}.x_start(x(i, j), alpha_bar(index));
  }
};

struct MixtureNet {
  Kokkos::View<const double*, Exec> alpha_bar;

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& t, const Output& output) const {
    Kokkos::parallel_for(
        "mixture_net",
        Kokkos::MDRangePolicy<Exec, Kokkos::Rank<2>>(exec, {0, 0}, {x.extent(0), x.extent(1)}),
        MixtureKernel<X, T, Output>{alpha_bar, x, t, output});
  }
};

struct Moments {
  double below, mean, variance;
};

template <class S>
Moments sampled_moments(const S& sampler) {
  const GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedLarge, loss::Mse, Exec>
      process{schedule::Cosine{1000}};
  const Kokkos::View<double*, Exec> alpha_bar("alpha_bar", 1000);
  const auto host = Kokkos::create_mirror_view(alpha_bar);
  for (std::size_t t = 0; t < 1000; ++t) host(t) = process.coefficients()[t].alpha_bar;
  Kokkos::deep_copy(alpha_bar, host);
  const Tensor<double, 2, Exec> x("x", 64, 256);
  const NoiseStream noise{.seed = 12};
  fill_normal(Exec{}, noise.initial(), x);
  sample(Exec{}, process.respaced("250"), sampler, MixtureNet{alpha_bar}, noise, x);
  Exec{}.fence();
  Moments m{0, 0, 0};
  const auto values = golden::values(x);
  for (const double value : values) {
    m.below += value < -0.3 ? 1.0 / 16384 : 0;
    m.mean += value / 16384;
  }
  for (const double value : values) m.variance += (value - m.mean) * (value - m.mean) / 16383;
  return m;
}

}  // namespace

// 16384 samples: one standard error of the share is 0.0036, of the mean 0.0049, of the variance
// about 0.0024. The mean is 0.11, the variance 0.031 + 0.21 1.3^2 = 0.3859.
TEST_CASE("the best denoiser of a mixture of two normals reproduces it") {
  const auto check = [](const Moments& m) {
    CHECK(std::abs(m.below - 0.3) < 4 * 0.0036);
    CHECK(std::abs(m.mean - 0.11) < 4 * 0.0049);
    CHECK(std::abs(m.variance - 0.3859) < 4 * 0.0024 + 0.004);  // and 250 steps are not 1000
  };
  check(sampled_moments(sampler::Ancestral{denoised::Identity{}}));
  check(sampled_moments(sampler::Ddim{0, denoised::Identity{}}));
}
