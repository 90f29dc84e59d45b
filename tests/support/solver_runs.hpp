// SPDX-License-Identifier: MIT
#pragma once

#include "support/row_net.hpp"
#include "support/values.hpp"
#include <iddpm/process/times.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

/// \file
/// Runs that must be the same run. Each check is a function of a solver, in few kernels: batches of
/// double and of ranks that share them, one kernel per mean type.

namespace test {

using iddpm::Tensor;
using iddpm::Times;

/// Normals, samples first .. first + batch - 1 of a larger batch.
template <class R = double>
Tensor<R, 2, Exec> normals(std::size_t batch, std::size_t size, std::uint64_t first = 0) {
  const Tensor<R, 2, Exec> x("x", batch, size);
  iddpm::fill_normal(Exec{}, iddpm::NoiseStream{.seed = 9, .first_sample = first}.initial(), x);
  return x;
}

/// A run's result on x.
template <class P, class S, class Net, class X>
std::vector<double> run_on(const P& process, const S& solver, const Net& net, const X& x,
                           const iddpm::RunOptions& options, std::uint64_t first_sample = 0) {
  const iddpm::NoiseStream noise{.seed = 9, .first_sample = first_sample};
  iddpm::sample(Exec{}, process, solver, net, noise, x, iddpm::NullObserver{}, options);
  Exec{}.fence();
  return values(x);
}

/// The largest difference; infinite where something is NaN, or the sizes differ.
inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return HUGE_VAL;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = std::abs(a[i] - b[i]);
    largest = d <= largest ? largest : d;
  }
  return largest == largest ? largest : HUGE_VAL;
}

/// A path in the solver's direction, to x_0 or from it.
template <class S, class P>
Times times_for(const P& process, int steps) {
  if constexpr (!iddpm::sampler_ascends<S>()) {
    return iddpm::log_snr_times(process, steps);
  } else {
    Times times = iddpm::log_snr_times_between(process, 0, 4, steps - 1);
    times.push_back(iddpm::x_start_time);
    return {times.rbegin(), times.rend()};
  }
}

/// A sample's bits are the same alone and inside a batch of 64.
template <class Mean, class S>
void check_batch_independence(const S& solver) {
  const auto process = diffusion<Mean>();
  const iddpm::RunOptions options{.times = times_for<S>(process, 7)};
  const auto together = run_on(process, solver, bent_net<Mean>(), normals(64, 15), options);
  const auto alone = run_on(process, solver, bent_net<Mean>(), normals(1, 15, 17), options, 17);
  CHECK(std::equal(alone.begin(), alone.end(), together.begin() + std::ptrdiff_t{17} * 15));
  CHECK(run_on(process, solver, bent_net<Mean>(), normals(0, 15), options).empty());
}

/// A run that stops at any step, and goes on from what it had kept, has the bits of a whole run.
template <class Mean, class S>
void check_resumes(const S& solver) {
  const auto process = diffusion<Mean>();
  const RowNet net = bent_net<Mean>();
  const iddpm::NoiseStream noise{.seed = 9};
  iddpm::RunOptions options{.times = times_for<S>(process, 7)};
  const auto whole = run_on(process, solver, net, normals(2, 5), options);
  for (int stop = 1; stop <= 7; ++stop) {
    options.first = 0;
    options.resumes = false;
    auto begun = iddpm::progressive(Exec{}, process, solver, net, noise, normals(2, 5), options);
    while (begun.step().index + 1 < stop && begun.advance()) {
    }
    std::vector<Tensor<double, 2, Exec>> memory;
    begun.memory([&](const auto& view) {
      memory.emplace_back("memory", view.layout());
      Kokkos::deep_copy(Exec{}, memory.back(), view);
    });
    options.first = begun.step().index + 1;
    options.resumes = true;
    auto rest = iddpm::progressive(Exec{}, process, solver, net, noise, normals(2, 5, 30), options);
    auto from = memory.begin();
    rest.memory([&](const auto& view) { Kokkos::deep_copy(Exec{}, view, *from++); });
    while (rest.advance()) {
    }
    Exec{}.fence();
    CAPTURE(stop);
    CHECK(values(rest.x()) == whole);
  }
}

/// The noise of a run that begins `by` transitions later.
struct ShiftedNoise {
  iddpm::NoiseStream noise;
  std::uint64_t by;
  [[nodiscard]] auto sampler(std::uint64_t k) const { return noise.sampler(k + by); }
};

/// A run whose first transition is the fourth is the run on what is left of the path.
template <class Mean, class S>
void check_first(const S& solver) {
  const auto process = diffusion<Mean>();
  const Times times = times_for<S>(process, 8);
  const auto part =
      run_on(process, solver, bent_net<Mean>(), normals(2, 5), {.first = 3, .times = times});
  const auto x = normals(2, 5);
  iddpm::sample(Exec{}, process, solver, bent_net<Mean>(), ShiftedNoise{{.seed = 9}, 3}, x,
                iddpm::NullObserver{}, {.times = Times(times.begin() + 3, times.end())});
  Exec{}.fence();
  CHECK(values(x) == part);
}

/// Batches of every rank hold the numbers of flat rows.
template <class Mean, class S>
void check_ranks(const S& solver) {
  const auto process = diffusion<Mean>();
  const auto run = [&](const auto& x) {
    iddpm::fill_normal(Exec{}, iddpm::NoiseStream{.seed = 9}.initial(), x);
    return run_on(process, solver, bent_net<Mean>(), x, {.times = times_for<S>(process, 5)});
  };
  const auto flat = run(Tensor<double, 2, Exec>("x", 3, 30));
  CHECK(run(Tensor<double, 3, Exec>("x", 3, 2, 15)) == flat);
  CHECK(run(Tensor<double, 4, Exec>("x", 3, 2, 3, 5)) == flat);
  CHECK(run(Tensor<double, 5, Exec>("x", 3, 2, 1, 3, 5)) == flat);
  CHECK(run(Tensor<double, 1, Exec>("x", 3)) == run(Tensor<double, 2, Exec>("x", 3, 1)));
}

/// What a network predicts does not matter: the numbers are the same.
/// \param on_table whether the solver calls the network at the levels of its path only
template <class S>
void check_mean_types(const S& solver, bool on_table = true) {
  const auto run = [&]<class Mean, class R>(Mean, R, Times times) {
    if (iddpm::sampler_ascends<S>()) std::reverse(times.begin(), times.end());
    return run_on(diffusion<Mean>(), solver, gaussian_net<Mean>(), normals<R>(3, 5),
                  {.times = times});
  };
  using namespace iddpm::mean;
  for (const Times& times : {Times{900, -1}, Times{700, 400, 390, 100, 20, 0, -1}}) {
    const auto of_eps = run(Epsilon{}, 0.0, times);
    CHECK(distance(of_eps, run(StartX{}, 0.0, times)) < 1e-11);
    CHECK(distance(of_eps, run(Velocity{}, 0.0f, times)) < 2e-4);
    if (on_table || times.size() == 2)
      CHECK(distance(of_eps, run(PreviousX{}, 0.0, times)) < 1e-9);
    else
      CHECK_THROWS_AS(run(PreviousX{}, 0.0, times), std::invalid_argument);
  }
  CHECK_THROWS_AS(run(PreviousX{}, 0.0, {700.5, 400, -1}), std::invalid_argument);
}

/// The last step returns the processed x_0, to the bit, and reports it.
template <class Mean, class S>
void check_last_step(const S& solver) {
  const auto process = diffusion<Mean>();
  for (const int steps : {1, 2, 4}) {
    auto run = iddpm::progressive(
        Exec{}, process, solver, bent_net<Mean>(), iddpm::NoiseStream{}, normals(2, 5),
        {.wants_x_start = true, .times = iddpm::uniform_times(process, steps)});
    while (run.advance()) {
    }
    Exec{}.fence();
    CHECK(values(run.x()) == values(run.x_start()));
    CHECK(distance(values(run.x()), std::vector<double>(10)) < 100);
  }
}

}  // namespace test
