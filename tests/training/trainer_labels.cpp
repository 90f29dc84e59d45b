// SPDX-License-Identifier: MIT
// Training with labels, some of them withheld.
#include "support/golden.hpp"
#include "support/values.hpp"
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/training/trainer.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace iddpm;

namespace {

using golden::Exec;
using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;
using Net = Mlp<float, Exec>;
using Images = Tensor<float, 3, Exec>;
using Labels = Tensor<int, 1, Exec>;
using I = std::invalid_argument;

constexpr NoiseStream noise{.seed = 5};

MlpOptions network_of(int labels) {
  MlpOptions options{4, 4, 16, 1, 8, 8};
  options.labels = labels;
  return options;
}

// Class 0 is the point -0.8, class 1 the point 0.8.
struct Run {
  explicit Run(double label_dropout, std::size_t batch = 64, int classes = 2)
      : net(Exec{}, network_of(classes), 3),
        trainer(Exec{}, process, net, settings(label_dropout), noise),
        images("images", batch, 1, 4),
        labels("labels", batch) {
    std::vector<double> classes_of(batch), points(4 * batch);
    for (std::size_t i = 0; i < batch; ++i) classes_of[i] = static_cast<double>(i % 2);
    for (std::size_t i = 0; i < 4 * batch; ++i) points[i] = i / 4 % 2 == 0 ? -0.8 : 0.8;
    test::set_values(labels, classes_of);
    test::set_values(images, points);
  }

  static TrainerSettings settings(double label_dropout) {
    TrainerSettings settings;
    settings.label_dropout = label_dropout;
    return settings;
  }

  void steps(int count) {
    for (int i = 0; i < count; ++i) trainer.step(Exec{}, net, images, labels, 2e-3);
    Exec{}.fence();
  }

  // Of the batch at timestep 80 of 100, where little of a sample is left to see its class by.
  [[nodiscard]] double loss(const Net& told) const {
    const Images x_t("x_t", 64, 1, 4), output("output", 64, 1, 4);
    const Tensor<float, 1, Exec> t("t", 64), losses("losses", 64);
    Kokkos::deep_copy(t, 80.0f);
    q_sample(Exec{}, process, images, 80, noise.user(0), x_t);
    told(Exec{}, x_t, t, output);
    training_losses(Exec{}, process, images, x_t, 80, noise.user(0), output, 1.0f,
                    TrainingLosses<Tensor<float, 1, Exec>>{.loss = losses}, Images{});
    Exec{}.fence();
    double sum = 0;
    for (const double one : golden::values(losses)) sum += one / 64;
    return sum;
  }

  P process{schedule::Cosine{100}};
  Net net;
  Trainer<P, Net> trainer;
  Images images;
  Labels labels;
};

std::uint32_t word(std::uint64_t iteration, std::size_t sample) {
  return words(noise.dropout(iteration), sample, 0)[0];
}

}  // namespace

TEST_CASE("a label is withheld where its word is below the probability") {
  Run run(0.1, 4000);
  int withheld = 0;
  for (std::uint64_t iteration = 0; iteration < 2; ++iteration) {
    run.steps(1);
    const auto told = golden::values(run.trainer.labels());
    for (std::size_t i = 0; i < 4000; ++i) {
      const bool dropped = static_cast<double>(word(iteration, i)) < 0.1 * 0x1p32;
      REQUIRE(told[i] == (dropped ? -1 : static_cast<double>(i % 2)));
      withheld += dropped ? 1 : 0;
    }
  }
  CHECK(withheld == doctest::Approx(800).epsilon(0.15));  // a deviation is 27
}

TEST_CASE("the probability is exact: 0, 1, a word's own and the next") {
  const auto told = [](double probability) {
    Run run(probability, 1);
    run.steps(1);
    return golden::values(run.trainer.labels())[0];
  };
  const double own = static_cast<double>(word(0, 0)) * 0x1p-32;
  CHECK(told(0) == 0);
  CHECK(told(own) == 0);
  CHECK(told(own + 0x1p-33) == -1);
  CHECK(told(own + 0x1p-32) == -1);
  CHECK(told(1) == -1);
}

TEST_CASE("a run that goes on withholds by its own iterations") {
  Run run(0.5);
  run.trainer.resume_at(7);
  run.steps(1);
  const auto told = golden::values(run.trainer.labels());
  for (std::size_t i = 0; i < 64; ++i) {
    const bool dropped = word(7, i) < (1u << 31);
    CHECK((told[i] == -1) == dropped);
  }
}

TEST_CASE("with every label withheld a step is one without labels") {
  Run told(1), untold(0);
  told.steps(3);
  for (int i = 0; i < 3; ++i) untold.trainer.step(Exec{}, untold.net, untold.images, 2e-3);
  Exec{}.fence();
  CHECK(golden::values(told.net.parameters()) == golden::values(untold.net.parameters()));
  CHECK(golden::values(told.trainer.gradient()) == golden::values(untold.trainer.gradient()));
}

TEST_CASE("the same seed gives the same weights") {
  Run one(0.2), other(0.2), without(0);
  one.steps(4), other.steps(4), without.steps(4);
  CHECK(golden::values(one.net.parameters()) == golden::values(other.net.parameters()));
  CHECK(golden::values(one.net.parameters()) != golden::values(without.net.parameters()));
}

TEST_CASE("a network learns what its labels say, and to do without") {
  Run run(0.2);
  run.steps(400);
  auto others = golden::values(run.labels);
  for (double& label : others) label = 1 - label;
  const Labels swapped = test::from_values<int>(others);
  const double told = run.loss(run.net.with_labels(run.labels)), untold = run.loss(run.net);
  const double misled = run.loss(run.net.with_labels(swapped));
  CHECK(told < 0.8 * untold);
  CHECK(untold < 0.8 * misled);
}

TEST_CASE("labels that do not fit are refused, and nothing is trained") {
  Run run(0.5), nameless(0, 64, 0);
  run.labels = Labels("labels", 63);
  CHECK_THROWS_WITH_AS(run.steps(1),
                       "Trainer::step: labels must hold one value per sample (64); got 63", I);
  CHECK(run.trainer.iteration() == 0);
  CHECK_THROWS_WITH_AS(nameless.steps(1),
                       "Mlp::with_labels: MlpOptions::labels must be at least 1; got 0", I);
  CHECK(nameless.trainer.iteration() == 0);
  Run empty(0, 0);
  CHECK_THROWS_WITH_AS(empty.steps(1),
                       "Trainer::step: x_start must hold at least one sample; got (0, 1, 4)", I);
}

TEST_CASE("a label that is no class moves no weight" * doctest::skip(checks_values)) {
  Run run(0);
  run.steps(1);
  const auto before = golden::values(run.net.parameters());
  Kokkos::deep_copy(Kokkos::subview(run.labels, 5), 2);
  run.steps(1);
  CHECK(golden::values(run.net.parameters()) == before);
  CHECK(run.trainer.iteration() == 2);
}

TEST_CASE("a probability outside [0, 1] is refused") {
  CHECK_THROWS_WITH_AS(Run(1.5), "Trainer: label_dropout must be in [0, 1]; got 1.5", I);
  CHECK_THROWS_WITH_AS(Run(-0.25), "Trainer: label_dropout must be in [0, 1]; got -0.25", I);
  CHECK_THROWS_WITH_AS(Run(std::numeric_limits<double>::quiet_NaN()),
                       "Trainer: label_dropout must be in [0, 1]; got nan", I);
}
