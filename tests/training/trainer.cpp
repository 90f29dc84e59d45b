// SPDX-License-Identifier: MIT
#include <iddpm/training/trainer.hpp>

#include <doctest/doctest.h>

#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/loss/rescaled_mse.hpp>

#include "support/golden.hpp"

using namespace iddpm;

namespace {

using golden::Exec;
using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange,
                            loss::RescaledMse, Exec>;
using Net = Mlp<float, Exec>;
using Images = Tensor<float, 3, Exec>;

MlpOptions small_network() {
  MlpOptions options;
  options.data_size = 4;
  options.output_size = 8;
  options.width = 16;
  options.blocks = 1;
  options.time_features = 8;
  options.embedding = 8;
  return options;
}

// A training that can be run, looked at and run again.
struct Run {
  P process{schedule::Cosine{100}};
  Net net{Exec{}, small_network(), 3};
  Trainer<P, Net> trainer{Exec{}, process, net, settings(), {.seed = 5}};
  Images images{"images", 64, 1, 4};

  static TrainerSettings settings() {
    TrainerSettings settings;
    settings.clip_norm = 1;
    settings.ema_rate = 0.9;
    return settings;
  }

  double steps(int count) {
    double sum = 0;
    for (int i = 0; i < count; ++i) {
      trainer.step(Exec{}, net, images, 2e-3);
      Exec{}.fence();
      for (const double loss : golden::values(trainer.losses().loss)) sum += loss / 64;
    }
    return sum / count;
  }
};

}  // namespace

TEST_CASE("training lowers the loss of data that is one point") {
  Run run;
  const double before = run.steps(20);
  run.steps(300);
  CHECK(run.steps(20) < 0.5 * before);
  CHECK(run.trainer.iteration() == 340);
}

TEST_CASE("the same seed gives the same weights, and the average follows them") {
  Run one, other;
  one.steps(5);
  other.steps(5);
  CHECK(golden::values(one.net.parameters()) == golden::values(other.net.parameters()));
  CHECK(golden::values(one.trainer.average()) == golden::values(other.trainer.average()));
  CHECK(golden::values(one.trainer.average()) != golden::values(one.net.parameters()));
}

TEST_CASE("a run that goes on uses new noise") {
  Run one, other;
  other.trainer.resume_at(1);
  one.steps(1);
  other.steps(1);
  CHECK(golden::values(one.trainer.timesteps()) != golden::values(other.trainer.timesteps()));
  CHECK(other.trainer.iteration() == 2);
}

TEST_CASE("a step whose gradient is not finite changes no weight") {
  Run run;
  run.steps(1);
  const auto before = golden::values(run.net.parameters());
  Kokkos::deep_copy(run.images, std::nanf(""));
  run.trainer.step(Exec{}, run.net, run.images, 1e-3);
  Exec{}.fence();
  CHECK(golden::values(run.net.parameters()) == before);
  CHECK(std::isnan(golden::values(run.trainer.gradient_norm())[0]));
  CHECK(run.trainer.iteration() == 2);
}

TEST_CASE("the batch may change, but not be empty") {
  Run run;
  run.images = Images("images", 7, 1, 4);
  run.steps(1);
  CHECK(run.trainer.losses().loss.extent(0) == 7);
  run.images = Images("images", 0, 1, 4);
  CHECK_THROWS_WITH_AS(run.steps(1),
                       "Trainer::step: x_start must hold at least one sample; got (0, 1, 4)",
                       std::invalid_argument);
}
