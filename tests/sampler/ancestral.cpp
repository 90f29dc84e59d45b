// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include "support/ranks.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/ancestral.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

template <class S, class P, class R>
void check_step(const S& sampler, const P& process, const golden::Step<R>& step,
                const std::string& name) {
  const auto x_prev = step.output(), x_start = step.output();
  sampler(Exec{}, process, step.x_t, step.t, step.model_output, step.step_noise, x_prev, x_start);
  Exec{}.fence();
  CAPTURE(step.name);
  CAPTURE(name);
  CHECK(golden::error(x_prev, step.name + name) < golden::step_tolerance<R>);
}

using P =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

}  // namespace

TEST_CASE("at t = 0 the deviation is not used, however wild a learned variance is") {
  const GaussianDiffusion<schedule::Cosine, mean::StartX, variance::Learned, loss::Mse, Exec>
      process{schedule::Cosine{20}};
  const Tensor<float, 2, Exec> x("x", 1, 1), output("output", 1, 2);
  const auto host = Kokkos::create_mirror_view(output);
  host(0, 0) = 0.5f, host(0, 1) = 200.0f;
  Kokkos::deep_copy(output, host);
  p_sample(Exec{}, process, x, 0, output, NoiseStream{}.sampler(0), x);
  Exec{}.fence();
  CHECK(golden::values(x)[0] == 0.5);
}

TEST_CASE("p_sample agrees with every golden step: clipped, not, and with a function of x_0") {
  golden::for_each_parametrization([]<class Mean, class Variance>(const std::string& name) {
    golden::for_each_step<Mean, Variance, loss::Mse>(
        name, [](const auto& process, const auto& step) {
          check_step(sampler::Ancestral{golden::clipped}, process, step, "p_sample");
          check_step(sampler::Ancestral{golden::unclipped}, process, step, "p_sample_noclip");
          check_step(sampler::Ancestral{golden::shrunk}, process, step, "p_sample_denoised_fn");
        });
  });
}

TEST_CASE_TEMPLATE("a step in place with drawn noise has the bits of one with stored noise", R,
                   float, double) {
  const Exec exec;
  const P process{schedule::Cosine{100}};
  const golden::Step<R> step("steps/cosine_1000/epsilon-learned_range");
  const NoiseStream stream{.seed = 3};
  const auto noise = step.output(), x_prev = step.output(), x_start = step.output();
  fill_normal(exec, stream.sampler(9), noise);
  p_sample(exec, process, step.x_t, 50, step.model_output, noise, x_prev);
  p_sample(exec, process, step.x_t, 50, step.model_output, stream.sampler(9), step.x_t, x_start);
  exec.fence();
  CHECK(golden::values(step.x_t) == golden::values(x_prev));
  CHECK(golden::values(x_start)[5] != 0);
}

TEST_CASE("the last step adds no noise, whatever the noise is") {
  const P process{schedule::Cosine{100}};
  const golden::Step<float> step("steps/cosine_1000/epsilon-learned_range");
  const auto quiet = step.output(), loud = step.output(), noise = step.output();
  p_sample(Exec{}, process, step.x_t, 0, step.model_output, noise, quiet);
  Kokkos::deep_copy(noise, std::nanf(""));
  p_sample(Exec{}, process, step.x_t, 0, step.model_output, noise, loud);
  Exec{}.fence();
  CHECK(golden::values(quiet) == golden::values(loud));
}

TEST_CASE("strided views give the bits of contiguous ones") {
  const P process{schedule::Cosine{100}};
  const golden::Step<float> step("steps/cosine_1000/epsilon-learned_range");
  using Left = Kokkos::View<float****, Kokkos::LayoutLeft, Exec>;
  const Left x("x", 4, 3, 4, 4), output("output", 4, 6, 4, 4);
  Kokkos::deep_copy(x, step.x_t);
  Kokkos::deep_copy(output, step.model_output);
  const Draw noise = NoiseStream{.seed = 3}.sampler(0);
  p_sample(Exec{}, process, x, 60, output, noise, x);
  p_sample(Exec{}, process, step.x_t, 60, step.model_output, noise, step.x_t);
  const auto row_major = step.output();
  Kokkos::deep_copy(row_major, x);
  CHECK(golden::values(row_major) == golden::values(step.x_t));
}

TEST_CASE("ranks 2 to 5 and batches of 0, 1 and 7 give the bits of flat rows") {
  const P process{schedule::Cosine{100}};
  const NoiseStream stream{.seed = 8};
  const auto run = [&](const auto& x, const auto& output) {
    const Draw noise = stream.sampler(0);
    fill_normal(Exec{}, stream.user(0), x);
    fill_normal(Exec{}, stream.user(1), output);
    p_sample(Exec{}, process, x, 60, output, noise, x);
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

TEST_CASE("arguments that do not fit are refused with a sentence") {
  const P process{schedule::Cosine{100}};
  const Tensor<float, 2, Exec> x("x", 2, 3), other("other", 2, 5), output("output", 2, 6);
  const Draw noise = NoiseStream{}.sampler(0);
  CHECK_THROWS_WITH_AS(p_sample(Exec{}, process, x, 0, x, noise, x),
                       "p_sample: model_output must have twice the channels of x_t (2, 3); "
                       "got (2, 3)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(p_sample(Exec{}, process, x, 0, output, noise, other),
                       "p_sample: x_out must have the extents of x_t (2, 3); got (2, 5)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(p_sample(Exec{}, process, x, 0, output, noise, x, other),
                       "p_sample: x_start must have the extents of x_t (2, 3); got (2, 5)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(p_sample(Exec{}, process, x, 100, output, noise, x),
                       "p_sample: t must be in 0 .. 99; got 100", std::invalid_argument);
}
