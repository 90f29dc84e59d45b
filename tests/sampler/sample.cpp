// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

template <class R, class P>
void check_loop(const P& process, const std::string& folder) {
  const golden::RecordedNoise<R> noise{golden::load<R, 5>(folder + "/noises")};
  const auto check = [&](const auto& sampler, const std::string& name) {
    const auto x = golden::load<R, 4>(folder + "/x_T");
    sample(Exec{}, process, sampler, golden::ClosedFormNet{}, noise, x);
    Exec{}.fence();
    CAPTURE(folder);
    CAPTURE(name);
    CHECK(golden::error(x, folder + "/" + name) < golden::step_tolerance<R>);
  };
  check(sampler::Ancestral{}, "p_sample_loop");
  check(sampler::Ddim{0.0}, "ddim_loop_eta0");
  check(sampler::Ddim{0.5}, "ddim_loop_eta05");
}

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

struct Watcher {
  static constexpr bool wants_x_start = true;
  std::vector<int>& seen;
  void operator()(const Exec& exec, const SamplingStep& step, const Tensor<float, 4, Exec>& x,
                  const Tensor<float, 4, Exec>& x_start) const {
    exec.fence();
    seen.push_back(static_cast<int>(step.t));
    if (step.t == 0) CHECK(golden::values(x).size() == golden::values(x_start).size());
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

TEST_CASE("sampling loops agree with the golden runs of every parametrization") {
  golden::for_each_loop([]<class R>(R, const auto& process, const std::string& folder) {
    check_loop<R>(process, folder);
  });
}

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

TEST_CASE("a sample's bits do not depend on the batch it is in") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;
  const P process{schedule::Cosine{20}};
  const auto run = [&](std::size_t batch, std::uint64_t first) {
    const NoiseStream noise{.seed = 9, .first_sample = first};
    const Tensor<float, 4, Exec> x("x", batch, 1, 3, 5);
    fill_normal(Exec{}, noise.initial(), x);
    sample(Exec{}, process, sampler::Ancestral{}, golden::ClosedFormNet{}, noise, x);
    Exec{}.fence();
    return golden::values(x);
  };
  const auto together = run(64, 0), alone = run(1, 17);
  CHECK(std::equal(alone.begin(), alone.end(), together.begin() + 17 * 15));
  CHECK(run(0, 0).empty());
}

TEST_CASE("an observer is told every transition, with the predicted x_0 where it wants that") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  std::vector<int> seen;
  const Tensor<float, 4, Exec> x("x", 2, 1, 2, 2);
  sample(Exec{}, P{schedule::Cosine{3}}, sampler::Ancestral{}, golden::ClosedFormNet{},
         NoiseStream{}, x, Watcher{seen});
  CHECK(seen == std::vector<int>{2, 1, 0});
}
