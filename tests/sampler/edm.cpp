// SPDX-License-Identifier: MIT
#include "support/affine_run.hpp"
#include "support/zero_snr_checks.hpp"
#include <iddpm/sampler/edm.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::diffusion, test::unclipped;

const sampler::Euler<> euler{{}, unclipped};
const sampler::Heun<> heun{{}, unclipped};
const Churn churn{.amount = 40, .low = 0.05, .high = 30};
const denoised::Clip narrow{-0.4, 0.3};

}  // namespace

// S from 2 to 1: alpha from 1 / sqrt(5) to 1 / sqrt(2).
TEST_CASE("the weights of Heun's step are those worked by hand") {
  const auto process = diffusion<mean::Epsilon>();
  const Path path(process.levels(), karras_times_between(process, 2, 1, 1));
  const auto stages = heun.stages(path, 0);
  REQUIRE(stages.size() == 2);
  const double half = std::sqrt(0.5);
  CHECK(stages[0].writes[0].to == 1);
  CHECK(stages[0].writes[0].x_start == doctest::Approx(half));
  CHECK(stages[0].writes[0].eps == doctest::Approx(half));
  CHECK(stages[1].at == 1);
  CHECK(stages[1].t == path[1].t);
  // (alpha_s / alpha_t x_t + x_euler - alpha_s E_s) / 2, and x_euler = half D_s + half E_s.
  CHECK(stages[1].writes[0].reads[0] == doctest::Approx(std::sqrt(2.5) / 2));
  CHECK(stages[1].writes[0].x_start == doctest::Approx(half / 2));
  CHECK(std::abs(stages[1].writes[0].eps) < 1e-12);
}

// Of two steps an amount of 1/2 makes gamma 1/4: S from 1 up to 5/4, alpha^2 from 1/2 to 16/41, so
// the noise of variance (25/16 - 1) in x / alpha has the variance 9/41 in x.
TEST_CASE("churn is the noise worked by hand, within its bounds") {
  const auto process = diffusion<mean::Epsilon>();
  const Path path(process.levels(), {process.levels().t_of_half_log_snr(0), 10, -1});
  const auto start = [&](const Churn& of) { return sampler::Euler{of}.start(path, 0); };
  const TransitionStart quarter = start({.amount = 0.5});
  CHECK(process.levels().half_log_snr(quarter.t) == doctest::Approx(-std::log(1.25)));
  CHECK(quarter.scale == doctest::Approx(std::sqrt(32.0 / 41)));
  CHECK(quarter.deviation == doctest::Approx(std::sqrt(9.0 / 41)));
  CHECK(start({.amount = 0.5, .noise = 1.5}).deviation ==
        doctest::Approx(1.5 * std::sqrt(9.0 / 41)));
  CHECK(process.levels().half_log_snr(start({.amount = 99}).t) ==
        doctest::Approx(-0.5 * std::log(2.0)));
  for (const Churn& none :
       {Churn{}, Churn{.amount = 1, .low = 1.01}, Churn{.amount = 1, .high = 0.99}}) {
    CHECK(start(none).t == path[0].t);
    CHECK(start(none).deviation == 0);
  }
  const Path last(process.levels(), {999, 10, -1});
  CHECK(sampler::Heun{churn}.start(last, 0).deviation == 0);
  CHECK(sampler::Heun{{.amount = 9}}.start(last, 0).t == 999);
}

TEST_CASE("the observed orders of Euler and Heun are 1 and 2, evenly in EDM's spacing") {
  CHECK(std::abs(test::order_of(euler, test::even_in_karras) - 1) < 0.15);
  CHECK(std::abs(test::order_of(heun, test::even_in_karras) - 2) < 0.15);
}

TEST_CASE("without churn Euler and Heun are exact where eps or x_0 is constant") {
  test::check_exact_for_constants(euler);
  test::check_exact_for_constants(heun);
}

TEST_CASE("with churn they keep the distribution of point data, at every level") {
  const auto process = diffusion<mean::StartX>();
  for (const Times& times : test::many_paths(process)) {
    CAPTURE(times.size());
    for (const Churn& of : {churn, Churn{.amount = 1e9}, Churn{.amount = 0.3}}) {
      CHECK(test::point_data_error(process, sampler::Euler{of, unclipped}, times) < 1e-12);
      CHECK(test::point_data_error(process, sampler::Heun{of, unclipped}, times) < 1e-12);
    }
  }
}

TEST_CASE("without churn Euler is Ddim, bit by bit") {
  const auto process = diffusion<mean::Epsilon>();
  const auto run = [&](const auto& solver) {
    return test::run_on(process, solver, test::bent_net<mean::Epsilon>(), test::normals(2, 5),
                        {.times = karras_times(process, 7)});
  };
  CHECK(run(sampler::Euler{{}, narrow}) == run(sampler::Ddim{0, narrow}));
  CHECK(test::distance(run(sampler::Euler{churn, narrow}), run(sampler::Ddim{0, narrow})) > 1e-3);
}

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  const auto check = [](const auto& solver) {
    test::check_batch_independence<mean::StartX>(solver);
    test::check_ranks<mean::StartX>(solver);
    test::check_resumes<mean::StartX>(solver);
    test::check_first<mean::StartX>(solver);
  };
  check(sampler::Heun{{.amount = 99}, unclipped});
  check(sampler::Euler{{.amount = 99}, unclipped});
  check(heun);
}

TEST_CASE("a run ends with the processed x_0, whatever the network predicts") {
  test::check_last_step<mean::Epsilon>(sampler::Euler{churn, narrow});
  test::check_last_step<mean::StartX>(sampler::Heun{churn, narrow});
  test::check_mean_types(sampler::Euler{{}, narrow});
  test::check_mean_types(sampler::Heun{{}, narrow});
}

TEST_CASE("churn leaves the table, where PreviousX means nothing") {
  const auto process = diffusion<mean::PreviousX>();
  CHECK_THROWS_AS(test::run_on(process, sampler::Euler{churn}, test::bent_net<mean::PreviousX>(),
                               test::normals(1, 2), {.times = {900, 800, -1}}),
                  std::invalid_argument);
}

TEST_CASE("a run is told the level that churn leads to, also where that is the one it left") {
  const auto process = diffusion<mean::StartX>();
  const Times times{999, 998, 500, 100, -1};
  const sampler::Euler<> solver{{.amount = 99}};
  const Path path(process.levels(), times);
  const auto x = test::normals(1, 2);
  auto run = progressive(test::Exec{}, process, solver, test::constant_net(), NoiseStream{}, x,
                         {.times = times});
  for (int k = 0; k < 4; ++k) {
    REQUIRE(run.advance());
    const SamplingStep& step = run.step();
    CHECK(step.index == k);
    CHECK(step.t == times[static_cast<std::size_t>(k)]);
    const double next = k < 3 ? solver.start(path, k + 1).t : -1;
    CHECK(step.t_next == next);
    const auto& levels = process.levels();
    CHECK(step.row.alpha_bar == doctest::Approx(levels.alpha_bar(std::max(step.t, next))));
    CHECK(step.row.alpha_bar_prev == doctest::Approx(levels.alpha_bar(std::min(step.t, next))));
  }
  CHECK(solver.start(path, 1).t == 999);  // as far up as there is: the first step leads nowhere
  CHECK_FALSE(run.advance());
}

TEST_CASE("zero terminal SNR, and a churn out of range, are refused with a sentence") {
  test::check_refuses_zero_snr(euler, "Euler");
  test::check_refuses_zero_snr(heun, "Heun");
  CHECK_THROWS_WITH_AS((sampler::Euler{{.amount = -1}}),
                       "Euler: churn.amount must be at least 0; got -1", std::invalid_argument);
  CHECK_THROWS_WITH_AS((sampler::Heun{{.amount = 1, .low = 2, .high = 1}}),
                       "Heun: churn.low must be at most churn.high; got 2", std::invalid_argument);
  CHECK_THROWS_WITH_AS((sampler::Heun{{.noise = -0.5}}),
                       "Heun: churn.noise must be at least 0; got -0.5", std::invalid_argument);
  // Where a run begins after that level, nothing divides by it.
  const auto process = test::zero_snr_diffusion<mean::StartX>();
  const auto run = [&](const RunOptions& options) {
    return test::run_on(process, euler, test::bent_net<mean::StartX>(), test::normals(2, 3),
                        options);
  };
  CHECK(run({.first = 1, .times = {99, 60, 20, x_start_time}}) ==
        run({.times = {60, 20, x_start_time}}));
}
