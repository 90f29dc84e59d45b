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

// The optimal denoiser of x_0 ~ N(0, s^2): eps = sqrt(1 - A) / v x_t with v = A s^2 + 1 - A. It
// finds A by the timestep that it is given.
struct GaussianNet {
  Kokkos::View<const double*, Exec> gain;

  template <class X, class T, class O>
  struct Kernel {
    Kokkos::View<const double*, Exec> gain;
    X x;
    T t;
    O out;
    KOKKOS_FUNCTION void operator()(std::size_t i, std::size_t j) const {
      out(i, j) = gain(static_cast<std::size_t>(t(i))) * x(i, j);
    }
  };

  template <class X, class T, class O>
  void operator()(const Exec& exec, const X& x, const T& t, const O& out) const {
    Kokkos::parallel_for(
        "gaussian_net",
        Kokkos::MDRangePolicy<Exec, Kokkos::Rank<2>>(exec, {0, 0}, {x.extent(0), x.extent(1)}),
        Kernel<X, T, O>{gain, x, t, out});
  }
};

double chain_variance(const auto& sampler, const auto& process) {
  const Exec exec;
  const Kokkos::View<double*, Exec> gain("gain", process.coefficients().size());
  const auto host = Kokkos::create_mirror_view(gain);
  for (std::size_t t = 0; t < host.extent(0); ++t) {
    const auto& c = process.coefficients()[t];
    host(t) = c.sqrt_one_minus_alpha_bar / (0.25 * c.alpha_bar + c.one_minus_alpha_bar);
  }
  Kokkos::deep_copy(gain, host);
  const Tensor<double, 2, Exec> x("x", 64, 1024);
  const NoiseStream noise{.seed = 20};
  fill_normal(exec, noise.initial(), x);
  sample(exec, process, sampler, GaussianNet{gain}, noise, x);
  exec.fence();
  double sum = 0;
  for (const double value : golden::values(x)) sum += value * value;
  return sum / 65536;
}

}  // namespace

TEST_CASE("the closed-form Gaussian chain ends at the variance known for it") {
  // 65536 samples: the sample variance of a variance v is off by 0.55 % at one deviation.
  const schedule::Cosine cosine{1000};
  using Small =
      GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;
  using Large =
      GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedLarge, loss::Mse, Exec>;
  const auto near = [](double x) { return doctest::Approx(x).epsilon(0.02); };
  const sampler::Ancestral ancestral{denoised::Identity{}};
  CHECK(chain_variance(ancestral, Small{cosine}) == near(0.247997));
  CHECK(chain_variance(ancestral, Large{cosine}) == near(0.250419));
  CHECK(chain_variance(sampler::Ddim{0, denoised::Identity{}}, Small{cosine}) == near(0.249190));
}
