// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/parametrization/denoised/dynamic_threshold.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

const golden::ClosedFormNet net;
const NoiseStream noise{.seed = 9};

P process() { return P{schedule::Cosine{20}}; }

Tensor<float, 4, Exec> x_T(std::size_t batch = 3) {
  const Tensor<float, 4, Exec> x("x", batch, 1, 3, 5);
  fill_normal(Exec{}, noise.initial(), x);
  return x;
}

std::vector<double> sampled() {
  const auto x = x_T();
  sample(Exec{}, process(), sampler::Ancestral{}, net, noise, x);
  Exec{}.fence();
  return golden::values(x);
}

}  // namespace

TEST_CASE("a run in the caller's own loop is the run of sample, step by step") {
  const auto x = x_T();
  auto run = progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x);
  std::vector<int> seen;
  while (run.advance()) seen.push_back(static_cast<int>(run.step().t));
  Exec{}.fence();
  CHECK(golden::values(x) == sampled());
  CHECK(seen.size() == 20);
  CHECK(seen.front() == 19);
  CHECK(seen.back() == 0);
  CHECK(run.step().index == 19);
  CHECK(run.step().count == 20);
  CHECK(run.x_start().data() == nullptr);
  CHECK_FALSE(run.advance());
}

TEST_CASE("the predicted x_0 of a step is what p_mean_variance predicts from its x_t") {
  const auto x = x_T();
  auto run = progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x, {true});
  for (int k = 0; k < 7; ++k) run.advance();
  Exec{}.fence();
  const Tensor<float, 4, Exec> before("before", x.layout()), predicted("predicted", x.layout());
  Kokkos::deep_copy(before, x);
  run.advance();
  const auto output = allocate_output<P>(Exec{}, "output", before);
  const Tensor<float, 1, Exec> t("t", 3);
  const int of = static_cast<int>(run.step().t);
  network_timesteps(Exec{}, process(), of, t);
  net(Exec{}, before, t, output);
  p_mean_variance(Exec{}, process(), before, of, output, {}, {}, {}, predicted);
  Exec{}.fence();
  CHECK(golden::values(run.x_start()) == golden::values(predicted));
}

TEST_CASE("a run that stops and is taken up again ends with the bits of the whole run") {
  const auto x = x_T();
  {
    auto first = progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x);
    for (int k = 0; k < 8; ++k) first.advance();
  }
  auto rest = progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x, {.first = 8});
  while (rest.advance()) {
  }
  Exec{}.fence();
  CHECK(golden::values(x) == sampled());
}

TEST_CASE("what the caller writes into x is what the next step begins with") {
  const auto x = x_T();
  auto run = progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x);
  run.advance();
  fill_normal(Exec{}, noise.initial(), run.x());
  while (run.advance()) {
  }
  Exec{}.fence();
  CHECK(golden::values(x) != sampled());
  const auto replaced = x_T();
  auto same =
      progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, replaced, {.first = 1});
  while (same.advance()) {
  }
  Exec{}.fence();
  CHECK(golden::values(x) == golden::values(replaced));
}

TEST_CASE("somebody else's memory can be sampled into, x_0 reported") {
  const auto owned = x_T();
  const Kokkos::View<float****, Kokkos::LayoutRight, Exec, Kokkos::MemoryTraits<Kokkos::Unmanaged>>
      x(owned.data(), 3, 1, 3, 5);
  auto run = progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x, {true});
  while (run.advance()) {
  }
  Exec{}.fence();
  CHECK(golden::values(owned) == sampled());
  CHECK(run.x_start().data() != nullptr);
}

TEST_CASE(
    "a first step outside the run is refused with a sentence; after the last nothing is left") {
  CHECK_THROWS_WITH_AS(
      progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x_T(), {.first = 21}),
      "sample: first must be in 0 .. 20; got 21", std::invalid_argument);
  CHECK_THROWS_AS(
      progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x_T(), {.first = -1}),
      std::invalid_argument);
  const auto x = x_T();
  auto run = progressive(Exec{}, process(), sampler::Ancestral{}, net, noise, x, {.first = 20});
  CHECK_FALSE(run.advance());
}

TEST_CASE("a run with a dynamic threshold is bounded, and does not depend on the batch") {
  const auto run = [](std::size_t batch, const auto& sampler) {
    const auto x = x_T(batch);
    sample(Exec{}, process(), sampler, net, noise, x);
    Exec{}.fence();
    return golden::values(x);
  };
  const denoised::DynamicThreshold threshold{0.9, 0.5};
  const auto together = run(3, sampler::Ancestral{threshold}),
             alone = run(1, sampler::Ancestral{threshold});
  CHECK(std::equal(alone.begin(), alone.end(), together.begin()));
  // The last step's mean is the processed x_0 (alpha_bar_prev = 1) to within rounding.
  for (const double value : together) CHECK(std::abs(value) < 0.5001);
  CHECK(run(1, sampler::Ddim{0.5, threshold}) != alone);
  CHECK(run(1, sampler::Ancestral{denoised::DynamicThreshold{1, 1, 1}}) ==
        run(1, sampler::Ancestral{}));
  CHECK(run(0, sampler::Ancestral{threshold}).empty());
}
