// SPDX-License-Identifier: MIT
#include "support/affine_run.hpp"
#include "support/zero_snr_checks.hpp"
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::bent_net, test::diffusion, test::normals, test::run_on, test::unclipped;

const sampler::DpmSolverPlusPlus<> first{1, unclipped}, second{2, unclipped};
const sampler::SdeDpmSolverPlusPlus<> sde_first{1, unclipped}, sde_second{2, unclipped};
const denoised::Clip narrow{-0.4, 0.3};

}  // namespace

// lambda in steps h = ln 2: e^{-h} = 1/2, and the half steps' weight 1 / (2 r) is 1/2.
TEST_CASE("the weights of DPM-Solver++ are those worked by hand") {
  const auto process = diffusion<mean::StartX>();
  const double ln2 = std::log(2.0);
  const Path path(process.levels(), log_snr_times_between(process, -ln2, 2 * ln2, 3));
  CHECK(path[1].alpha == doctest::Approx(std::sqrt(0.5)));
  CHECK(path[2].alpha == doctest::Approx(2 / std::sqrt(5.0)));
  const Stage stage = second.stages(path, 1).front();
  CHECK(stage.t == path[1].t);
  // (sigma_s / sigma_t) x + alpha_s / 2 (3/2 D - 1/2 D_previous), and x = alpha_t D + sigma_t E.
  const double s5 = 1 / std::sqrt(5.0);
  CHECK(stage.writes[0].eps == doctest::Approx(s5));
  CHECK(stage.writes[0].x_start == doctest::Approx(2 * s5 + 0.5 * s5));
  CHECK(stage.writes[0].reads[0] == doctest::Approx(-0.5 * s5));
  CHECK(stage.writes[1].to == 1);
  // (sigma_s / sigma_t) / 2 x + alpha_s 3/4 (...) + sigma_s sqrt(3/4) noise.
  const Stage sde = sde_second.stages(path, 1).front();
  CHECK(sde.writes[0].eps == doctest::Approx(0.5 * s5));
  CHECK(sde.writes[0].x_start == doctest::Approx(2 * s5 + 0.75 * s5));
  CHECK(sde.writes[0].reads[0] == doctest::Approx(-0.75 * s5));
  CHECK(sde.writes[0].noise == doctest::Approx(s5 * std::sqrt(0.75)));
  CHECK(second.stages(path, 0).front().writes[0].reads[0] == 0);
}

// h = 2 ln 2 after ln 2: 1 - e^{-h} = 3/4, 1 - e^{-2h} = 15/16, r = 1/2, so 1 / (2 r) = 1.
TEST_CASE("a step twice as long as the last one has the weights worked by hand") {
  const auto process = diffusion<mean::StartX>();
  const double ln2 = std::log(2.0), s17 = 1 / std::sqrt(17.0);
  const auto t = [&](double lambda) { return process.levels().t_of_half_log_snr(lambda); };
  const Path path(process.levels(), {t(-ln2), t(0), t(2 * ln2)});
  const Combination ode = second.stages(path, 1).front().writes[0];
  CHECK(ode.x_start == doctest::Approx(4 * s17 * 1.75));
  CHECK(ode.reads[0] == doctest::Approx(-3 * s17));
  const Combination sde = sde_second.stages(path, 1).front().writes[0];
  CHECK(sde.x_start == doctest::Approx(4 * s17 * (1 + 15.0 / 16)));
  CHECK(sde.reads[0] == doctest::Approx(-4 * s17 * 15 / 16));
}

TEST_CASE("the observed order of DPM-Solver++ is its order") {
  CHECK(std::abs(test::order_of(first) - 1) < 0.15);
  CHECK(std::abs(test::order_of(second) - 2) < 0.15);
}

TEST_CASE("DPM-Solver++ is exact where eps or x_0 is constant") {
  test::check_exact_for_constants(first);
  test::check_exact_for_constants(second);
}

TEST_CASE("SDE-DPM-Solver++ keeps the distribution of point data, at every level") {
  const auto process = diffusion<mean::StartX>();
  for (const Times& times : test::many_paths(process)) {
    CAPTURE(times.size());
    CHECK(test::point_data_error(process, sde_first, times) < 1e-13);
    CHECK(test::point_data_error(process, sde_second, times) < 1e-13);
  }
}

TEST_CASE("the first order is Ddim: eta 0, and eta 1 with the same noise") {
  const auto process = diffusion<mean::Epsilon>();
  const auto run = [&](const auto& solver, const Times& times) {
    return run_on(process, solver, bent_net<mean::Epsilon>(), normals(2, 5), {.times = times});
  };
  for (const int steps : {1, 2, 7}) {
    const Times times = log_snr_times(process, steps);
    CHECK(run(first, times) == run(sampler::Ddim{0, unclipped}, times));
    CHECK(test::distance(run(sde_first, times), run(sampler::Ddim{1, unclipped}, times)) < 1e-12);
  }
  const Times times = log_snr_times(process, 7);
  CHECK(test::distance(run(second, times), run(first, times)) > 1e-3);
  CHECK(test::distance(run(sde_second, times), run(sde_first, times)) > 1e-3);
  CHECK(test::distance(run(sde_first, times), run(first, times)) > 1e-3);
}

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  test::check_batch_independence<mean::Epsilon>(second);
  test::check_batch_independence<mean::StartX>(second);
  test::check_batch_independence<mean::StartX>(sde_second);
  test::check_ranks<mean::StartX>(second);
  test::check_resumes<mean::Epsilon>(second);
  test::check_resumes<mean::StartX>(second);
  test::check_resumes<mean::StartX>(sde_second);
}

TEST_CASE("a run may begin anywhere on its path, and ends with the processed x_0") {
  test::check_first<mean::StartX>(second);
  test::check_first<mean::StartX>(sde_second);
  test::check_last_step<mean::Epsilon>(sampler::DpmSolverPlusPlus{2, narrow});
  test::check_last_step<mean::StartX>(sampler::SdeDpmSolverPlusPlus{2, narrow});
}

TEST_CASE("what the network predicts does not matter") {
  test::check_mean_types(sampler::DpmSolverPlusPlus{2, narrow});
  test::check_mean_types(sampler::SdeDpmSolverPlusPlus{2, narrow});
}

TEST_CASE("at zero terminal SNR the first step is Ddim's") {
  test::check_zero_snr(second);
  test::check_zero_snr(sde_second, 1);
}

TEST_CASE("another order is refused with a sentence") {
  CHECK_THROWS_WITH_AS(sampler::DpmSolverPlusPlus{3},
                       "DpmSolverPlusPlus: order must be 1 or 2; got 3", std::invalid_argument);
  CHECK_THROWS_WITH_AS(sampler::SdeDpmSolverPlusPlus{0},
                       "SdeDpmSolverPlusPlus: order must be 1 or 2; got 0", std::invalid_argument);
}
