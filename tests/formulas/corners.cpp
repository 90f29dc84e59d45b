// SPDX-License-Identifier: MIT
// The ends of a run: x_0, where nothing is between, and a beginning without any x_0 in it.
#include "formulas/scalar_run.hpp"
#include <iddpm/sampler/dpm_solver.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/edm.hpp>
#include <iddpm/sampler/plms.hpp>
#include <iddpm/sampler/unipc.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace sampler = iddpm::sampler;
using namespace test;

namespace {

// x_0 of 0.3 + x / 100: the end of a run to x_0 is the last one.
double nearly_constant(const NoiseLevel&, double x) { return 0.3 + x / 100; }

}  // namespace

TEST_CASE("the step to x_0 is the predicted x_0, after one step and after several") {
  const auto check = [](const auto& solver) {
    CHECK(run_scalar(solver, {40, -1}, 0.7, nearly_constant) == doctest::Approx(0.307));
    const Times before{900, 500, 40}, whole{900, 500, 40, -1};
    const double x = run_scalar(solver, before, 0.7, nearly_constant);
    CHECK(run_scalar(solver, whole, 0.7, nearly_constant) ==
          doctest::Approx(0.3 + x / 100).epsilon(1e-3));
  };
  check(sampler::DpmSolver2{});
  check(sampler::DpmSolver3{});
  check(sampler::DpmSolverPlusPlus{});
  check(sampler::UniPc{2});
  check(sampler::Euler{});
  check(sampler::Heun{});
  check(sampler::Plms{});
}

TEST_CASE("from a level without any x_0 in it the step is DDIM's: its noise is x itself") {
  const NoiseLevels levels(
      iddpm::make_coefficients(iddpm::schedule::ZeroTerminalSnr{iddpm::schedule::Cosine{100}}));
  const NoiseLevel to = noise_level(levels, 60);
  const auto check = [&](const auto& solver) {
    CHECK(run_scalar(solver, {99, 60}, 0.7, nearly_constant, levels) ==
          doctest::Approx(to.alpha * 0.307 + to.sigma * 0.7).epsilon(1e-12));
  };
  check(sampler::DpmSolver2{});
  check(sampler::DpmSolver3{});
}
