// SPDX-License-Identifier: MIT
#include "run.hpp"
#include <iddpm/timestep/loss_second_moment.hpp>

#include <doctest/doctest.h>

using namespace training;

TEST_CASE("training lowers the loss of data that is one point") {
  Run<> run;
  const double before = run.steps(20);
  run.steps(300);
  CHECK(run.steps(20) < 0.5 * before);
  CHECK(run.trainer.iteration() == 340);
}

TEST_CASE("the same seed gives the same weights, and the average follows them") {
  Run<> one, other;
  one.steps(5);
  other.steps(5);
  CHECK(golden::values(one.net.parameters()) == golden::values(other.net.parameters()));
  CHECK(golden::values(one.trainer.average()) == golden::values(other.trainer.average()));
  CHECK(golden::values(one.trainer.average()) != golden::values(one.net.parameters()));
}

TEST_CASE("each rate has its average") {
  Run<> run;
  run.steps(12);  // the warm-up reaches the rate 0.5 after 8 steps
  CHECK(golden::values(run.trainer.average(1)) != golden::values(run.trainer.average(0)));
  CHECK_THROWS_WITH_AS(run.trainer.average(2),
                       "Ema::average: k must be below the number of rates (2); got 2",
                       std::invalid_argument);
}

TEST_CASE("the gradient is that of the weighted losses, which are reported without weights") {
  Run<> plain;
  Run<Weighing> one(100, {1}), two(100, {2}), none(100, {0});
  plain.steps(1), one.steps(1), two.steps(1), none.steps(1);
  auto gradient = golden::values(plain.trainer.gradient());
  CHECK(golden::values(one.trainer.gradient()) == gradient);
  CHECK(golden::values(two.trainer.losses().loss) == golden::values(plain.trainer.losses().loss));
  for (double& g : gradient) g *= 2;
  CHECK(golden::values(two.trainer.gradient()) == gradient);
  CHECK(golden::values(none.trainer.gradient()) == std::vector<double>(gradient.size()));
  CHECK(golden::values(plain.trainer.weights()) == std::vector<double>(64, 1));
}

TEST_CASE("a sampler that learns is told the losses and weighs them") {
  using Sampler = timestep::LossSecondMoment<Exec>;
  Run<Sampler> run(4, Sampler(Exec{}, 4, 2));
  run.steps(1);
  const Sampler& sampler = run.trainer.sampler();
  CHECK(golden::values(run.trainer.weights()) == std::vector<double>(64, 1));
  REQUIRE(golden::values(sampler.is_weighted())[0] == 1);
  const auto p = golden::values(sampler.p());  // what the next step draws by
  run.steps(1);
  const auto t = golden::values(run.trainer.timesteps());
  const auto weight = golden::values(run.trainer.weights());
  const auto loss = golden::values(run.trainer.losses().loss);
  std::size_t last = 64;
  for (std::size_t b = 0; b < 64; ++b) {
    CHECK(weight[b] == doctest::Approx(0.25 / p.at(static_cast<std::size_t>(t[b]))).epsilon(1e-7));
    if (t[b] == 3) last = b;
  }
  REQUIRE(last < 64);
  CHECK(golden::values(sampler.history())[7] == loss[last]);
  CHECK(golden::values(sampler.rejected())[0] == 0);
}

TEST_CASE("a run that goes on uses new noise") {
  Run<> one, other;
  other.trainer.resume_at(1);
  one.steps(1);
  other.steps(1);
  CHECK(golden::values(one.trainer.timesteps()) != golden::values(other.trainer.timesteps()));
  CHECK(other.trainer.iteration() == 2);
}

TEST_CASE("the batch may change, but not be empty") {
  Run<> run;
  run.images = Images("images", 7, 1, 4);
  run.steps(1);
  CHECK(run.trainer.losses().loss.extent(0) == 7);
  run.images = Images("images", 0, 1, 4);
  CHECK_THROWS_WITH_AS(run.steps(1),
                       "Trainer::step: x_start must hold at least one sample; got (0, 1, 4)",
                       std::invalid_argument);
}
