// SPDX-License-Identifier: MIT
#include "support/zero_snr_checks.hpp"
#include <iddpm/sampler/dpm_solver.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::diffusion, test::unclipped;

const sampler::DpmSolver2<> second{unclipped};
const sampler::DpmSolver3<> third{unclipped};
const denoised::Clip narrow{-0.4, 0.3};

template <class Check>
void with_both(const Check& check) {
  check(second);
  check(third);
}

}  // namespace

// lambda from -ln 2 to ln 2: h = 2 ln 2, so e^h - 1 = 3, and the level in the middle has A = 1/2.
TEST_CASE("the weights of DPM-Solver-2 are those worked by hand") {
  const auto process = diffusion<mean::Epsilon>();
  const double ln2 = std::log(2.0);
  const Path path(process.levels(), log_snr_times_between(process, -ln2, ln2, 1));
  const auto stages = second.stages(path, 0);
  REQUIRE(stages.size() == 2);
  CHECK(stages[0].t == path[0].t);
  CHECK(stages[0].writes[0].x_start == doctest::Approx(std::sqrt(0.5)));
  CHECK(stages[0].writes[0].eps == doctest::Approx(std::sqrt(0.5)));
  CHECK(process.levels().alpha_bar(stages[1].t) == doctest::Approx(0.5));
  // alpha: 1 / sqrt(5) to 2 / sqrt(5); sigma_s = 1 / sqrt(5).
  CHECK(stages[1].writes[0].reads[0] == doctest::Approx(2));
  CHECK(stages[1].writes[0].eps == doctest::Approx(-3 / std::sqrt(5.0)));
  CHECK(stages[1].writes[0].x_start == 0);
}

// h = 3 ln 2: e^h - 1 = 7, at a third and two thirds e^h is 2 and 4; sigma_s = 1 / sqrt(17) where
// e^lambda = 4, from 1/2.
TEST_CASE("the weights of DPM-Solver-3 are those worked by hand") {
  const auto process = diffusion<mean::Epsilon>();
  const double ln2 = std::log(2.0), h = 3 * ln2, sigma = 1 / std::sqrt(17.0);
  const Path path(process.levels(), log_snr_times_between(process, -ln2, 2 * ln2, 1));
  const auto stages = third.stages(path, 0);
  REQUIRE(stages.size() == 3);
  CHECK(process.levels().half_log_snr(stages[1].t) == doctest::Approx(0).epsilon(1e-12));
  CHECK(process.levels().half_log_snr(stages[2].t) == doctest::Approx(ln2));
  const double of_u = 2 * (3 / (2 * ln2) - 1) / std::sqrt(5.0), of_w = 1.5 * sigma * (7 / h - 1);
  CHECK(stages[0].writes[1].eps == doctest::Approx(1 / std::sqrt(5.0) + of_u));
  CHECK(stages[0].writes[2].eps == doctest::Approx(sigma + of_w));
  CHECK(stages[0].writes[2].x_start == doctest::Approx(4 * sigma));
  CHECK(stages[1].writes[0].eps == doctest::Approx(-of_u));
  CHECK(stages[2].writes[0].eps == doctest::Approx(-of_w));
  CHECK(stages[2].writes[0].reads[0] == 1);
}

TEST_CASE("the observed orders of DPM-Solver-2 and -3 are 2 and 3") {
  CHECK(std::abs(test::order_of(second) - 2) < 0.15);
  CHECK(std::abs(test::order_of(third) - 3) < 0.15);
}

TEST_CASE("DPM-Solver is exact where eps or x_0 is constant") {
  with_both([](const auto& solver) { test::check_exact_for_constants(solver); });
}

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  with_both([](const auto& solver) {
    test::check_batch_independence<mean::StartX>(solver);
    test::check_ranks<mean::StartX>(solver);
    test::check_resumes<mean::StartX>(solver);
  });
}

TEST_CASE("a run may begin anywhere on its path, and ends with the processed x_0") {
  with_both([](const auto& solver) { test::check_first<mean::StartX>(solver); });
  test::check_last_step<mean::Epsilon>(sampler::DpmSolver3{narrow});
  test::check_last_step<mean::StartX>(sampler::DpmSolver2{narrow});
  test::check_last_step<mean::StartX>(sampler::DpmSolver3{narrow});
}

TEST_CASE("what the network predicts does not matter, but that PreviousX knows no levels between") {
  test::check_mean_types(sampler::DpmSolver2{narrow}, false);
  test::check_mean_types(sampler::DpmSolver3{narrow}, false);
  const auto process = diffusion<mean::PreviousX>();
  const Times times{900, 100, -1};
  const double between =
      Path(process.levels(), times)
          .at_half_log_snr(
              (process.levels().half_log_snr(900) + process.levels().half_log_snr(100)) / 2)
          .t;
  std::ostringstream sentence;
  sentence.precision(17);
  sentence << "sample: every call must be at a timestep of the table, as PreviousX is the mean of "
              "x_{t-1}; got "
           << between;
  CHECK_THROWS_WITH_AS(test::run_on(process, second, test::bent_net<mean::PreviousX>(),
                                    test::normals(1, 2), {.times = times}),
                       sentence.str().c_str(), std::invalid_argument);
}

TEST_CASE("at zero terminal SNR the first step is Ddim's") {
  with_both([](const auto& solver) { test::check_zero_snr(solver); });
}

TEST_CASE("the network is called twice, or three times, a step, and once to x_0") {
  const auto process = diffusion<mean::Epsilon>().respaced("50");
  const auto calls = [&](const auto& solver) {
    int count = 0;
    double last = 1000;
    const auto net = [&](const auto& exec, const auto&, const auto& t, const auto& output,
                         const Coefficients<double>& row) {
      ++count;
      CHECK(test::values(t) == std::vector<double>(1, row.timestep));
      CHECK(row.timestep < last);
      last = row.timestep;
      Kokkos::deep_copy(exec, output, 0.0);
    };
    test::run_on(process, solver, net, test::normals(1, 2), {.times = uniform_times(process, 4)});
    return count;
  };
  CHECK(calls(second) == 3 * 2 + 1);
  CHECK(calls(third) == 3 * 3 + 1);
}
