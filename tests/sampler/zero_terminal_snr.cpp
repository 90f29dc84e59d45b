// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/spacing.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using Zero = schedule::ZeroTerminalSnr<schedule::Linear>;

template <class Process, class S>
void check_run(const Process& process, const S& sampler) {
  const Tensor<float, 4, Exec> x("x", 2, 1, 3, 5);
  const NoiseStream noise{.seed = 3};
  fill_normal(Exec{}, noise.initial(), x);
  sample(Exec{}, process, sampler, golden::ClosedFormNet{}, noise, x);
  Exec{}.fence();
  for (const double value : golden::values(x)) CHECK(std::abs(value) < 10);
}

template <class Mean>
void check_runs() {
  const GaussianDiffusion<Zero, Mean, variance::LearnedRange, loss::Mse, Exec> process{
      Zero{schedule::Linear{100}}};
  for (const int steps : {1, 2, 9}) {
    const auto fast = process.respaced(schedule::trailing_timesteps(100, steps));
    CHECK(fast.coefficients().back().alpha_bar == 0);
    check_run(fast, sampler::Ancestral{});
    check_run(fast, sampler::Ddim{0});
    check_run(fast, sampler::Ddim{1});
    check_run(fast, sampler::DdimReverse{});
  }
}

}  // namespace

TEST_CASE(
    "with zero terminal SNR every sampler runs, from the last timestep and by a single step") {
  check_runs<mean::Velocity>();
  check_runs<mean::StartX>();
}
