// SPDX-License-Identifier: MIT
#pragma once

#include "support/solver_checks.hpp"
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <string>

/// \file
/// What solvers do at zero terminal SNR: run, or refuse before anything is launched.

namespace test {

template <class Mean>
auto zero_snr_diffusion() {
  using Zero = iddpm::schedule::ZeroTerminalSnr<iddpm::schedule::Linear>;
  return iddpm::GaussianDiffusion<Zero, Mean, iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>{
      Zero{iddpm::schedule::Linear{100}}};
}

/// The first step is Ddim's of that eta, bit by bit or to rounding; whole runs stay finite, and are
/// exact where x_0 is constant and nothing is drawn.
template <class S>
void check_zero_snr(const S& solver, double eta = 0) {
  const auto check_first_step = [&]<class Mean>(Mean) {
    const auto process = zero_snr_diffusion<Mean>();
    CHECK(process.levels().alpha_bar(99) == 0);
    const auto first = [&](const auto& sampler) {
      return run_on(process, sampler, bent_net<Mean>(), normals(2, 3), {.times = {99, 60}});
    };
    CHECK(distance(first(solver), first(iddpm::sampler::Ddim{eta, unclipped})) < 1e-14);
    const auto end = run_on(process, solver, bent_net<Mean>(), normals(2, 3),
                            {.times = iddpm::log_snr_times(process, 6)});
    CHECK(distance(end, std::vector<double>(6)) < 10);
  };
  check_first_step(iddpm::mean::StartX{});
  check_first_step(iddpm::mean::Velocity{});
  if (S::shape.is_stochastic) return;
  const auto process = zero_snr_diffusion<iddpm::mean::StartX>();
  for (const int steps : {1, 2, 3, 5, 20}) {
    Times times = iddpm::log_snr_times(process, steps);
    CHECK(constant_error<iddpm::mean::StartX>(process, solver, times) < 1e-13);
    times.back() = 0.5;
    if (steps == 1) CHECK(constant_error<iddpm::mean::StartX>(process, solver, times) < 1e-13);
  }
}

template <class S>
void check_refuses_zero_snr(const S& solver, const std::string& name, const Times& times = {}) {
  const auto process = zero_snr_diffusion<iddpm::mean::StartX>();
  const auto x = normals(2, 3);
  Exec{}.fence();
  const auto before = values(x);
  CHECK_THROWS_WITH_AS(
      run_on(process, solver, bent_net<iddpm::mean::StartX>(), x, {.times = times}),
      (name + ": times must stay where some of x_0 is left: it works in sqrt((1 - alpha_bar) / "
              "alpha_bar), which is infinite at zero terminal SNR; got 99")
          .c_str(),
      std::invalid_argument);
  CHECK(values(x) == before);
}

}  // namespace test
