// SPDX-License-Identifier: MIT
// Where a run's parts meet: each of these once was wrong.
#include "support/solver_runs.hpp"
#include "support/zero_snr_checks.hpp"
#include <iddpm/math/float16.hpp>
#include <iddpm/sampler.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace iddpm;
using namespace test;

namespace {

const NoiseStream noise{.seed = 9};

// A run of `whole` from `began`, stopped before `first` and taken up again there.
template <class S, class P>
std::vector<double> taken_up(const P& process, const S& solver, int began, int first) {
  const auto net = bent_net<typename P::mean_type>();
  const auto x = normals(2, 6);
  std::vector<Tensor<double, 2, Exec>> kept;
  auto begun = progressive(Exec{}, process, solver, net, noise, x, {.first = began});
  for (int k = began; k < first; ++k) begun.advance();
  begun.memory([&](const auto& view) {
    kept.emplace_back("kept", view.extent(0), view.extent(1));
    Kokkos::deep_copy(kept.back(), view);
  });
  const auto y = normals(2, 6);
  auto rest = progressive(Exec{}, process, solver, net, noise, y,
                          {.first = first, .resumes = true, .began = began});
  std::size_t i = 0;
  rest.memory([&](const auto& view) { Kokkos::deep_copy(view, kept[i++]); });
  while (rest.advance()) {
  }
  return values(y);
}

}  // namespace

TEST_CASE("a run that began in the middle is taken up with the same bits") {
  const auto process = diffusion<mean::Epsilon>(1000).respaced("20");
  const auto check = [&](const auto& solver) {
    const auto whole =
        run_on(process, solver, bent_net<mean::Epsilon>(), normals(2, 6), {.first = 5});
    for (const int first : {5, 6, 9}) CHECK(taken_up(process, solver, 5, first) == whole);
  };
  check(sampler::UniPc{3, unclipped});
  check(sampler::Plms{unclipped});
  CHECK_THROWS_WITH_AS(taken_up(process, sampler::UniPc{}, 7, 6),
                       "sample: began must be in 0 .. first (6); got 7", std::invalid_argument);
}

TEST_CASE("the fixed point settles in 16-bit numbers too") {
  const auto process = diffusion<mean::Epsilon>(1000).respaced("20");
  const auto settles = [&]<class T>(T) {
    const Tensor<T, 2, Exec> x("x", 3, 6);
    fill_normal(Exec{}, noise.initial(), x);
    const auto net = gaussian_net<mean::Epsilon>();
    sample(Exec{}, process, sampler::DdimInverseFixedPoint{}, net, noise, x);
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
    for (std::size_t i = 0; i < host.size(); ++i)
      CHECK(std::abs(static_cast<double>(static_cast<float>(host.data()[i]))) < 20);
  };
  settles(float16{});
  settles(bfloat16{});
}

TEST_CASE("a step tells the level of its new state, above a churn and upwards too") {
  const auto process = diffusion<mean::StartX>();
  const auto check = [&](const auto& solver, const Times& times) {
    const auto x = normals(1, 4);
    auto run = progressive(Exec{}, process, solver, constant_net(), noise, x, {.times = times});
    while (run.advance()) {
      CHECK(run.step().alpha_bar == process.levels().alpha_bar(run.step().t_next));
      CHECK(run.step().one_minus_alpha_bar ==
            process.levels().one_minus_alpha_bar(run.step().t_next));
    }
  };
  check(sampler::Euler{{.amount = 40}, unclipped}, karras_times(process, 100));
  check(sampler::DdimInverse{unclipped}, {x_start_time, 10, 300.5, 999});
  const auto x = normals(1, 4);
  auto up = progressive(Exec{}, process, sampler::DdimReverse{}, constant_net(), noise, x);
  for (int k = 0; k < 3; ++k) up.advance();
  CHECK(up.step().alpha_bar == process.coefficients()[3].alpha_bar);
}

TEST_CASE("a churn without noise only leads to the noisier level") {
  // With x_0 = 0 known, x / sigma is the same at every level; without noise x / alpha is kept
  // before each step, and S' = (1 + gamma) S is what it is divided by.
  const auto process = diffusion<mean::StartX>();
  const Times times = karras_times_between(process, 10, 1, 4);
  const RowNet zero{};
  const auto x = normals(1, 4), begin = normals(1, 4);
  const auto start = values(begin);
  const sampler::Euler euler{{.amount = 0.4, .noise = 0}, unclipped};
  const auto end = run_on(process, euler, zero, x, {.times = times});
  const Path path(process.levels(), times);
  const double ratio = path[4].sigma / path[0].sigma / std::pow(1.1, 4);
  for (std::size_t i = 0; i < end.size(); ++i)
    CHECK(end[i] == doctest::Approx(start[i] * ratio).epsilon(1e-9));
}

TEST_CASE("churn ends at the last level that has a ratio") {
  const auto process = zero_snr_diffusion<mean::StartX>();
  const sampler::Heun heun{{.amount = 40}, unclipped};
  const auto end = run_on(process, heun, bent_net<mean::StartX>(), normals(2, 3),
                          {.times = {98, 60, 20, x_start_time}});
  CHECK(distance(end, std::vector<double>(6)) < 10);
}

TEST_CASE("what waits keeps its x and has no predicted x_0 yet") {
  const auto process = diffusion<mean::Epsilon>(10 + 11);
  const auto x = normals(2, 6);
  auto run = progressive(Exec{}, process, sampler::Ancestral{}, bent_net<mean::Epsilon>(), noise, x,
                         {.wants_x_start = true, .starts = {20, 5}});
  run.advance();
  const auto predicted = values(run.x_start());
  for (std::size_t i = 6; i < 12; ++i) CHECK(predicted[i] == 0);
  CHECK(predicted[0] != 0);
  CHECK_THROWS_WITH_AS(
      run_on(process, sampler::Ddim{0}, bent_net<mean::Epsilon>(), x,
             {.times = {9, 5, 3}, .starts = {9, 1}}),
      "sample: starts must each be at a timestep that the run comes to, or before it; got 1",
      std::invalid_argument);
}

TEST_CASE("x_0 may be wanted by the run's options, and is empty after a jump") {
  const auto process = diffusion<mean::Epsilon>(21);
  const auto x = normals(2, 6);
  std::vector<bool> had;
  const auto look = [&](const auto&, const SamplingStep&, const auto&, const auto& x_start) {
    had.push_back(x_start.data() != nullptr);
    return had.size() < 3 ? 1 : 0;  // any number tells whether to go on
  };
  sample(Exec{}, process, sampler::Ancestral{}, bent_net<mean::Epsilon>(), noise, x, look,
         {.wants_x_start = true, .times = {9, 5, 7, 3, 1, x_start_time}});
  CHECK(had == std::vector<bool>{true, false, true});
}

TEST_CASE("inpainting is checked in one's own loop too") {
  const auto x = normals(2, 3), small = normals(1, 3);
  const Inpainting inpainting{small, small, noise};
  CHECK_THROWS_WITH_AS(inpainting(Exec{}, SamplingStep{}, x, x),
                       "Inpainting: mask must have the extents of x (2, 3); got (1, 3)",
                       std::invalid_argument);
}
