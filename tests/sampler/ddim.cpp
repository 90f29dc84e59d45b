// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include "support/ranks.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/ddim.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

template <class S, class P, class R>
void check_step(const S& sampler, const P& process, const golden::Step<R>& step,
                const std::string& name) {
  const auto x_prev = step.output();
  sampler(Exec{}, process, step.x_t, step.t, step.model_output, step.step_noise, x_prev);
  Exec{}.fence();
  CAPTURE(step.name);
  CAPTURE(name);
  CHECK(golden::error(x_prev, step.name + name) < golden::step_tolerance<R>);
}

using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

}  // namespace

TEST_CASE("ddim_sample agrees with every golden step, eta 0 and 1/2") {
  golden::for_each_parametrization([]<class Mean, class Variance>(const std::string& name) {
    golden::for_each_step<Mean, Variance, loss::Mse>(name, [](const auto& process,
                                                              const auto& step) {
      check_step(sampler::Ddim{0, golden::clipped}, process, step, "ddim_sample_eta0");
      check_step(sampler::Ddim{0.5, golden::clipped}, process, step, "ddim_sample_eta05");
      check_step(sampler::Ddim{0.5, golden::unclipped}, process, step, "ddim_sample_eta05_noclip");
    });
  });
}

TEST_CASE("eta = 1 is ancestral sampling with the small fixed variance") {
  const P process{schedule::Cosine{100}};
  const golden::Step<double> step("steps/cosine_1000/epsilon-fixed_small");
  const auto ddim = step.output(), ancestral = step.output();
  for (const int t : {0, 1, 50, 99}) {
    ddim_sample(Exec{}, process, step.x_t, t, step.model_output, 1, step.step_noise, ddim);
    p_sample(Exec{}, process, step.x_t, t, step.model_output, step.step_noise, ancestral);
    Exec{}.fence();
    CHECK(golden::error(golden::values(ddim), golden::values(ancestral)) < 1e-12);
  }
}

TEST_CASE("a timestep per sample gives the bits of separate calls") {
  const P process{schedule::Cosine{100}};
  const golden::Step<float> step("steps/cosine_1000/epsilon-fixed_small");
  const auto together = step.output(), apart = step.output();
  const Kokkos::View<int*, Exec> t("t", 4);
  Kokkos::deep_copy(t, 70);
  const Draw noise = NoiseStream{.seed = 2}.sampler(0);
  ddim_sample(Exec{}, process, step.x_t, t, step.model_output, 0.7, noise, together);
  ddim_sample(Exec{}, process, step.x_t, 70, step.model_output, 0.7, noise, apart);
  Exec{}.fence();
  CHECK(golden::values(together) == golden::values(apart));
}

TEST_CASE("ranks 2 to 5 and batches of 0, 1 and 7 give the bits of flat rows") {
  const GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>
      process{schedule::Cosine{100}};
  const NoiseStream stream{.seed = 8};
  const auto run = [&](const auto& x, const auto& output) {
    const Draw noise = stream.sampler(0);
    fill_normal(Exec{}, stream.user(0), x);
    fill_normal(Exec{}, stream.user(1), output);
    ddim_sample(Exec{}, process, x, 60, output, 0.5, noise, x);
    Exec{}.fence();
    return golden::values(x);
  };
  for_each_rank([&](const auto& x, const auto& output) {
    const std::size_t batch = x.extent(0);
    const auto flat =
        run(Tensor<float, 2, Exec>("x", batch, 30), Tensor<float, 2, Exec>("output", batch, 60));
    CHECK(run(x, output) == flat);
    CHECK(flat.size() == 30 * batch);
  });
}

TEST_CASE("eta outside [0, 1] is refused with a sentence") {
  CHECK_THROWS_WITH_AS(sampler::Ddim{1.5}, "Ddim: eta must be in [0, 1]; got 1.5",
                       std::invalid_argument);
  CHECK_THROWS_AS(sampler::Ddim{std::nan("")}, std::invalid_argument);
}
