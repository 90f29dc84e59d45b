// SPDX-License-Identifier: MIT
#include "run.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/timestep/loss_second_moment.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

using namespace training;

namespace {

// A network of two parameters that says the same of everything, with a gradient of its own choice.
struct Stub {
  Tensor<float, 1, Exec> weights{"weights", 2};
  float output = 0, gradient = 1;

  [[nodiscard]] const Tensor<float, 1, Exec>& parameters() const { return weights; }

  template <class X, class T, class Output>
  void forward(const Exec& exec, const X&, const T&, const Output& model_output) {
    Kokkos::deep_copy(exec, model_output, output);
  }

  template <class Output>
  void backward(const Exec& exec, const Output&, const Tensor<float, 1, Exec>& d_weights) {
    Kokkos::deep_copy(exec, d_weights, gradient);
  }
};

using Simple =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

struct StubRun {
  explicit StubRun(NonFinite non_finite)
      : trainer(Exec{}, process, net, settings(non_finite), {}) {}

  static TrainerSettings settings(NonFinite non_finite) {
    TrainerSettings settings;
    settings.non_finite = non_finite;
    return settings;
  }

  void step() { trainer.step(Exec{}, net, images, 0.5); }

  Simple process{schedule::Cosine{10}};
  Stub net;
  Trainer<Simple, Stub> trainer;
  Images images{"images", 3, 1, 4};
};

double number(const auto& view) { return golden::values(view)[0]; }

/// What a step says that stops.
std::string sentence(auto&& step) {
  try {
    step();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

std::string sentence(StubRun& run) {
  return sentence([&] { run.step(); });
}

}  // namespace

TEST_CASE("a step of NaN data changes no weight, and is counted") {
  if constexpr (checks_values) return;  // NaN data is an exception there
  Run<> run;
  run.steps(1);
  const auto before = golden::values(run.net.parameters());
  Kokkos::deep_copy(run.images, std::nanf(""));
  run.steps(1);
  CHECK(golden::values(run.net.parameters()) == before);
  CHECK(std::isnan(number(run.trainer.gradient_norm())));
  CHECK(number(run.trainer.gradient_factor()) == 0);
  CHECK(number(run.trainer.non_finite_losses()) == 64);
  CHECK(number(run.trainer.skipped_steps()) == 1);
  CHECK(run.trainer.iteration() == 2);
  Kokkos::deep_copy(run.images, 0.0f);
  run.steps(3);
  CHECK(golden::values(run.net.parameters()) != before);
  for (const double weight : golden::values(run.net.parameters())) REQUIRE(std::isfinite(weight));
  for (const double weight : golden::values(run.trainer.average())) REQUIRE(std::isfinite(weight));
  CHECK(number(run.trainer.skipped_steps()) == 1);
}

TEST_CASE("a loss that is not finite skips the step, though its gradient is") {
  StubRun run(NonFinite::skip);
  run.step();
  const auto before = golden::values(run.net.weights);
  CHECK(before[0] != 0);
  run.net.output = 1e25f;  // its square is no float
  run.step();
  CHECK(golden::values(run.net.weights) == before);
  CHECK(number(run.trainer.non_finite_losses()) == 3);
  CHECK(number(run.trainer.skipped_steps()) == 1);
  run.net.output = 0;
  run.step();
  CHECK(golden::values(run.net.weights) != before);
  CHECK(number(run.trainer.skipped_steps()) == 1);
}

TEST_CASE("a gradient that is not finite skips the step, though its losses are") {
  StubRun run(NonFinite::skip);
  run.net.gradient = std::numeric_limits<float>::infinity();
  run.step();
  CHECK(golden::values(run.net.weights) == std::vector<double>{0, 0});
  CHECK(number(run.trainer.non_finite_losses()) == 0);
  CHECK(number(run.trainer.skipped_steps()) == 1);
}

TEST_CASE("a run that is told to stop names the step and the first bad sample") {
  StubRun run(NonFinite::stop);
  CHECK(sentence(run) == "no error");
  const auto weights = golden::values(run.net.weights);
  const auto averages = golden::values(run.trainer.average());
  run.net.output = 1e25f;
  const std::string said = sentence(run);
  const auto t = static_cast<int>(golden::values(run.trainer.timesteps())[0]);
  CHECK(said == "Trainer::step: the losses must be finite; got inf for sample 0 (t = " +
                    std::to_string(t) + ") in step 1");
  run.net.output = 0;
  run.net.gradient = std::nanf("");
  CHECK(sentence(run) == "Trainer::step: the gradient must be finite; got the norm nan in step 1");
  CHECK(golden::values(run.net.weights) == weights);
  CHECK(golden::values(run.trainer.average()) == averages);
  CHECK(run.trainer.iteration() == 1);
  run.net.gradient = 1;
  CHECK(sentence(run) == "no error");  // the run can go on
  CHECK(run.trainer.iteration() == 2);
}

TEST_CASE("the first bad sample is the first one") {
  if constexpr (checks_values) return;  // NaN data is an exception there
  Run<> run(100, {}, NonFinite::stop);
  for (const int bad : {1, 60})
    Kokkos::deep_copy(Kokkos::subview(run.images, bad, Kokkos::ALL, Kokkos::ALL), std::nanf(""));
  const std::string said = sentence([&] { run.steps(1); });
  CHECK(said.starts_with("Trainer::step: the losses must be finite; got "));
  CHECK(said.find("nan for sample 1 (t = ") != std::string::npos);
  CHECK(said.ends_with(" in step 0"));
}

TEST_CASE("one bad sample is one bad loss, and a sampler that learns leaves it out") {
  if constexpr (checks_values) return;  // NaN data is an exception there
  using Sampler = timestep::LossSecondMoment<Exec>;
  Run<Sampler> run(4, Sampler(Exec{}, 4, 2));
  Kokkos::deep_copy(Kokkos::subview(run.images, 5, Kokkos::ALL, Kokkos::ALL), std::nanf(""));
  run.steps(1);
  CHECK(number(run.trainer.non_finite_losses()) == 1);
  CHECK(number(run.trainer.skipped_steps()) == 1);
  CHECK(number(run.trainer.sampler().rejected()) == 1);
}
