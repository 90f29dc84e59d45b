// SPDX-License-Identifier: MIT
#include "support/solver_runs.hpp"
#include <iddpm/sampler/ddim_inverse.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/edm.hpp>
#include <iddpm/sampler/lcm.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::bent_net, test::diffusion, test::Exec, test::normals, test::run_on, test::unclipped,
    test::values;

using Mean = mean::StartX;

const sampler::Ddim<> ddim{0.5, unclipped};
const sampler::Lcm<> lcm{unclipped};

/// Each sample of a run in which it starts where `starts` says equals a run of it alone that begins
/// with the transition `firsts` says.
template <class S>
void check_starts(const S& sampler, const Times& times, const std::vector<double>& starts,
                  const std::vector<int>& firsts) {
  const auto process = diffusion<Mean>();
  const auto net = bent_net<Mean>();
  const auto together =
      run_on(process, sampler, net, normals(starts.size(), 5), {.times = times, .starts = starts});
  for (std::size_t b = 0; b < starts.size(); ++b) {
    CAPTURE(b);
    const auto alone =
        run_on(process, sampler, net, normals(1, 5, b), {.first = firsts[b], .times = times}, b);
    CHECK(std::equal(alone.begin(), alone.end(),
                     together.begin() + static_cast<std::ptrdiff_t>(5 * b)));
  }
}

template <class S>
void check_refused(const S& sampler, const RunOptions& options, const char* sentence) {
  const auto process = diffusion<Mean>();
  const auto x = normals(2, 3);
  Exec{}.fence();
  const auto before = values(x);
  CHECK_THROWS_WITH_AS(run_on(process, sampler, bent_net<Mean>(), x, options), sentence,
                       std::invalid_argument);
  CHECK(values(x) == before);
}

// Noise without forward jumps.
struct OnlyDown {
  [[nodiscard]] Draw sampler(std::uint64_t k) const { return NoiseStream{}.sampler(k); }
};

}  // namespace

TEST_CASE("without times a solver visits every timestep, then x_0") {
  const auto process = diffusion<Mean>(25);
  Times all;
  for (int t = 24; t >= -1; --t) all.push_back(t);
  const auto run = [&](const auto& sampler, const Times& times) {
    return run_on(process, sampler, bent_net<Mean>(), normals(2, 3), {.times = times});
  };
  const sampler::DpmSolverPlusPlus<> down{2, unclipped};
  CHECK(run(down, {}) == run(down, all));
  CHECK(run(ddim, {}) == run(ddim, all));
  const sampler::DdimInverse<> up;
  CHECK(run(up, {}) == run(up, {all.rbegin(), all.rend()}));
}

TEST_CASE("a step sampler's transitions between any two levels are those of a respaced process") {
  const auto process = diffusion<Mean>();
  const std::vector<int> kept{0, 13, 240, 600, 999};
  const auto respaced = process.respaced(kept);
  const auto check = [&](const auto& sampler) {
    const auto by_times =
        run_on(process, sampler, bent_net<Mean>(), normals(2, 3), {.times = times_of(kept)});
    const auto by_table = run_on(respaced, sampler, bent_net<Mean>(), normals(2, 3), {});
    CHECK(test::distance(by_times, by_table) < 1e-12);
  };
  check(ddim);
  check(sampler::Ancestral{unclipped});
}

TEST_CASE("a sample that starts later is the same sample in a run of its own") {
  const Times times{900, 700, 400, 100, -1};
  const std::vector<double> starts{900, 400, 100, 700, 550, 999, -1};
  const std::vector<int> firsts{0, 2, 3, 1, 2, 0, 4};
  check_starts(sampler::Ancestral{unclipped}, times, starts, firsts);
  check_starts(ddim, times, starts, firsts);
  check_starts(lcm, times, starts, firsts);
}

TEST_CASE("a sample that has not started is left alone by jumps, and then takes part in all") {
  const Times times{900, 400, 700, 400, 100, 400, 100, -1};
  check_starts(ddim, times, {900, 400, 100, 650}, {0, 1, 4, 1});
  check_starts(lcm, times, {900, 400, 100, 650}, {0, 1, 4, 1});
}

TEST_CASE("in a run that goes up, a sample starts where the run comes to its timestep from below") {
  check_starts(sampler::DdimInverse{unclipped}, {-1, 100, 400, 700}, {-1, 400, 100, 30, 700},
               {0, 2, 1, 1, 3});
}

TEST_CASE("a jump adds the noise between its levels, from x_0 too") {
  const auto process = diffusion<Mean>();
  const NoiseStream noise{.seed = 9};
  for (const auto& sampler_times : {Times{400, 700, -1}, Times{-1, 700, 20}, Times{400, 700}}) {
    const auto x = normals(2, 3);
    auto run =
        progressive(Exec{}, process, lcm, bent_net<Mean>(), noise, x, {.times = sampler_times});
    const auto before = values(x);
    REQUIRE(run.advance());
    Exec{}.fence();
    CHECK(run.step().t == sampler_times[0]);
    CHECK(run.step().t_next == 700);
    const double a = process.levels().alpha_bar(700),
                 kept = a / process.levels().alpha_bar(sampler_times[0]);
    CHECK(run.step().row.alpha_bar == a);
    CHECK(run.step().row.alpha_bar_prev == process.levels().alpha_bar(sampler_times[0]));
    const Tensor<double, 2, Exec> z("z", 2, 3);
    fill_normal(Exec{}, noise.renoising(0), z);
    for (std::size_t i = 0; i < 6; ++i)
      CHECK(values(x)[i] ==
            doctest::Approx(std::sqrt(kept) * before[i] + std::sqrt(1 - kept) * values(z)[i]));
    if (sampler_times.size() > 2) CHECK(run.advance());
    CHECK_FALSE(run.advance());
  }
}

TEST_CASE("a solver looks back on nothing beyond a jump") {
  const auto process = diffusion<Mean>();
  const sampler::DpmSolverPlusPlus<> solver{2, unclipped};
  const Times whole{900, 600, 300, 500, 200, -1};
  const auto x = normals(2, 3);
  auto run = progressive(Exec{}, process, solver, bent_net<Mean>(), NoiseStream{.seed = 9}, x,
                         {.times = whole});
  for (int k = 0; k < 3; ++k) run.advance();
  const Tensor<double, 2, Exec> after("after", 2, 3);
  Kokkos::deep_copy(Exec{}, after, x);
  while (run.advance()) {
  }
  CHECK(run_on(process, solver, bent_net<Mean>(), after, {.times = {500, 200, -1}}) == values(x));
}

// The churn after a jump is added by the transition itself, before it by the one before.
TEST_CASE("a run with churn and jumps may stop and go on anywhere") {
  const auto process = diffusion<Mean>();
  const sampler::Euler<> solver{{.amount = 99}, unclipped};
  RunOptions options{.times = {900, 600, 300, 500, 200, -1}};
  const auto whole = run_on(process, solver, bent_net<Mean>(), normals(2, 3), options);
  for (int stop = 0; stop < 5; ++stop) {
    CAPTURE(stop);
    const auto x = normals(2, 3);
    auto begun = progressive(Exec{}, process, solver, bent_net<Mean>(), NoiseStream{.seed = 9}, x,
                             {.times = options.times});
    while (begun.step().index + 1 < stop && begun.advance()) {
    }
    options.first = stop;
    options.resumes = true;
    CHECK(run_on(process, solver, bent_net<Mean>(), x, options) == whole);
  }
}

TEST_CASE("an observer stops a run, replaces its state, and is told where it is") {
  const auto process = diffusion<Mean>();
  const sampler::DpmSolverPlusPlus<> solver{1, unclipped};
  const Times times{900, 600.5, 300, -1};
  std::vector<double> seen;
  const auto x = normals(2, 3), replaced = normals(2, 3, 7);
  const auto observer = [&](const Exec& exec, const SamplingStep& step, const auto& state,
                            const auto& x_start) {
    CHECK(x_start.data() == nullptr);
    seen.push_back(step.t_next);
    CHECK(step.count == 3);
    CHECK(step.row.alpha_bar == process.levels().alpha_bar(step.t));
    CHECK(step.row.alpha_bar_prev == process.levels().alpha_bar(step.t_next));
    if (step.index == 0) Kokkos::deep_copy(exec, state, replaced);
    return step.index < 1;
  };
  sample(Exec{}, process, solver, bent_net<Mean>(), NoiseStream{}, x, observer, {.times = times});
  Exec{}.fence();
  CHECK(seen == std::vector<double>{600.5, 300});
  CHECK(values(x) == run_on(process, solver, bent_net<Mean>(), replaced, {.times = {600.5, 300}}));
}

TEST_CASE("times that are no path are refused with a sentence, before anything is launched") {
  check_refused(lcm, {.times = {500}}, "sample: times must hold a beginning and an end; got 1");
  const auto is_no_step = [&](double from, double to, const std::string& got) {
    check_refused(
        lcm, {.times = {from, to}},
        ("sample: times must go from one of 0 .. 999 or -1 (x_0) to another; got " + got).c_str());
  };
  is_no_step(1000, -1, "1000 to -1");
  is_no_step(999, -0.5, "999 to -0.5");
  is_no_step(500, 500, "500 to 500");
  is_no_step(500, std::nan(""), "500 to nan");
  check_refused(sampler::DdimInverse{}, {.times = {-1, 400, 100}},
                "sample: times must rise, where the sampler ascends; got 400 to 100");
  check_refused(sampler::DdimReverse{}, {.times = {0, 1}},
                "sample: times must be the table's own for this sampler; got others");
  CHECK_THROWS_WITH_AS(sample(Exec{}, diffusion<Mean>(), lcm, bent_net<Mean>(), OnlyDown{},
                              normals(1, 2), NullObserver{}, {.times = {900, 400, 700}}),
                       "sample: noise must have renoising(k), where times rise; got 400 to 700",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      run_on(diffusion<mean::PreviousX>(), ddim, bent_net<mean::PreviousX>(), normals(1, 2),
             {.times = {900, 400, -1}}),
      "sample: times must be the table's own, one after the other, as PreviousX is the mean of "
      "x_{t-1}; got 900 to 400",
      std::invalid_argument);
  check_refused(lcm, {.first = 3, .times = {900, 400, -1}},
                "sample: first must be in 0 .. 2; got 3");
}

TEST_CASE("starts that cannot be kept are refused with a sentence") {
  const Times times{900, 400, -1};
  check_refused(sampler::DpmSolverPlusPlus{}, {.times = times, .starts = {900, 400}},
                "sample: starts must be empty for a sampler that looks back, or calls the network "
                "at two levels a step; got 2");
  check_refused(sampler::Euler{{.amount = 1}}, {.times = times, .starts = {900, 400}},
                "sample: starts must be empty for a sampler that adds noise before a transition "
                "(churn); got 2");
  check_refused(lcm, {.times = times, .starts = {900}},
                "sample: starts must hold one timestep per sample (2); got 1");
}
