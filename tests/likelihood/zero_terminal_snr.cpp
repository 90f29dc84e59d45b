// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/schedule/spacing.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using Zero = schedule::ZeroTerminalSnr<schedule::Linear>;

template <class Process>
void check_bound(const Process& process) {
  const Tensor<float, 4, Exec> x("x", 3, 1, 3, 5);
  Kokkos::deep_copy(x, 1 / 255.0f);
  const auto bits = bits_per_dim(Exec{}, process, golden::ClosedFormNet{}, NoiseStream{}, x);
  Exec{}.fence();
  for (const double value : golden::values(bits.total)) CHECK(std::isfinite(value));
  for (const double value : golden::values(bits.mse)) CHECK(std::isfinite(value));
  for (const double value : golden::values(bits.prior)) CHECK(value == 0);
}

template <class Mean, class Variance>
void check_process() {
  const GaussianDiffusion<Zero, Mean, Variance, loss::Mse, Exec> process{
      Zero{schedule::Linear{100}}};
  check_bound(process.respaced("10"));
  check_bound(process.respaced(schedule::trailing_timesteps(100, 7)));
  check_bound(process.respaced(schedule::trailing_timesteps(100, 1)));
}

}  // namespace

TEST_CASE(
    "with zero terminal SNR x_T tells nothing of x_0, and every term of the bound is finite") {
  check_process<mean::Velocity, variance::LearnedRange>();
  check_process<mean::StartX, variance::FixedLarge>();
  check_process<mean::PreviousX, variance::FixedSmall>();
}
