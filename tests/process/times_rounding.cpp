// SPDX-License-Identifier: MIT
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/times.hpp>
#include <iddpm/schedule.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace iddpm;

namespace {

template <class S>
auto process(const S& schedule) {
  return GaussianDiffusion<S, mean::StartX, variance::FixedSmall, loss::Mse,
                           Kokkos::DefaultHostExecutionSpace>(schedule);
}

auto zero_terminal(int T) { return process(schedule::ZeroTerminalSnr(schedule::Cosine{T})); }

bool falls(const Times& times) {
  return std::is_sorted(times.begin(), times.end(), std::greater<>());
}

}  // namespace

TEST_CASE("rounding at the ends of a spacing refuses no process") {
  const auto check = [](const auto& diffusion) {
    for (const int steps : {2, 3, 5, 10}) {
      if (!diffusion.levels().has_zero_terminal_snr())
        for (const double rho : {1.0, 3.0, 7.0}) CHECK(falls(karras_times(diffusion, steps, rho)));
      CHECK(falls(log_snr_times(diffusion, steps)));
    }
  };
  for (int T = 21; T <= 400; T += 21) check(process(schedule::Linear{T}));
  for (int T = 10; T <= 400; T += 13) {
    check(process(schedule::Cosine{T}));
    check(process(schedule::Sigmoid{T}));
    check(process(schedule::ScaledLinear{T}));
    check(zero_terminal(T));
    check(process(schedule::ZeroTerminalSnr(schedule::ScaledLinear{T})));
  }
  check(process(schedule::ScaledLinear{1000}));
}
