// SPDX-License-Identifier: MIT
#include "support/mixture.hpp"

#include <iddpm/sampler/dpm_solver.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/edm.hpp>
#include <iddpm/sampler/euler_ancestral.hpp>
#include <iddpm/sampler/unipc.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::check_samples_mixture, test::unclipped;

template <class Variance>
using Cosine = GaussianDiffusion<schedule::Cosine, mean::StartX, Variance, loss::Mse, test::Exec>;

}  // namespace

TEST_CASE("the best denoiser of a mixture of two normals reproduces it") {
  const auto process = Cosine<variance::FixedLarge>{schedule::Cosine{1000}}.respaced("250");
  check_samples_mixture(process, sampler::Ancestral{unclipped}, {}, 0.004);
  check_samples_mixture(process, sampler::Ddim{0, unclipped}, {}, 0.004);
}

TEST_CASE("solvers reproduce it in fewer steps") {
  const Cosine<variance::FixedSmall> process{schedule::Cosine{1000}};
  const auto check = [&](const auto& solver, int steps) {
    CAPTURE(steps);
    check_samples_mixture(process, solver, {.times = log_snr_times(process, steps)}, 0.0005);
  };
  check(sampler::DpmSolverPlusPlus{2, unclipped}, 40);
  check(sampler::SdeDpmSolverPlusPlus{2, unclipped}, 60);
  check(sampler::UniPc{3, unclipped}, 30);
  check(sampler::Heun{{.amount = 20}, unclipped}, 70);
  check(sampler::DpmSolver3{unclipped}, 15);
  check(sampler::EulerAncestral{1, unclipped}, 400);
}
