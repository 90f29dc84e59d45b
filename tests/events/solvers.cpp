// SPDX-License-Identifier: MIT
// A solver's run: one launch of ours per call of the denoiser, nothing else between the first and
// the last; a jump to more noise is one launch.
#include "run.hpp"
#include <iddpm/process/times.hpp>
#include <iddpm/sampler.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

const std::string stage = "launch iddpm::sampler::stage",
                  renoise = "launch iddpm::sampler::renoise",
                  threshold = "iddpm::parametrization::dynamic_threshold",
                  kept = "; allocation iddpm::sampler::kept",
                  timesteps = "allocation iddpm::process::timesteps";

// What a run allocates and launches before its first call, with so many buffers beside the state.
void check_beginning(const Run& seen, int buffers, const std::string& workspace = "") {
  std::string expected = workspace + "allocation iddpm::sampler::model_output";
  for (int i = 0; i < buffers; ++i) expected += kept;
  CHECK(described(EventKind::allocation, seen.before) == expected + "; " + timesteps);
  CHECK(described(EventKind::launch, seen.before) == "launch iddpm::process::timesteps");
  CHECK(described(EventKind::fence, seen.before) == "");
  CHECK(described(EventKind::deep_copy, seen.before) == "");
  CHECK(foreign_labels(seen.before) == "");
  CHECK(only_frees(seen));
}

template <class P, class S>
void check(const P& process, const S& sampler, int calls, int buffers,
           const std::string& step = stage, const std::string& workspace = "") {
  const Run seen = run(process, sampler, noise);
  CHECK(described(seen.loop) == repeated(calls, steps_of(step)));
  check_beginning(seen, buffers, workspace);
}

std::string joined(const std::string& a, const std::string& b) { return a + "; " + b; }

}  // namespace

// The step to x_0 is one call for all of them.
TEST_CASE("a call of any solver is followed by one launch") {
  check(learned(), sampler::DpmSolverPlusPlus{}, steps, 1);
  check(learned(), sampler::SdeDpmSolverPlusPlus{}, steps, 1);
  check(learned(), sampler::DpmSolver2{}, 2 * (steps - 1) + 1, 1);
  check(learned(), sampler::DpmSolver3{}, 3 * (steps - 1) + 1, 2);
  check(learned(), sampler::UniPc{}, steps, 3);
  check(learned(), sampler::Heun{Churn{.amount = 2}}, 2 * (steps - 1) + 1, 1);
  check(learned(), sampler::Plms{}, steps + 1, 3);  // two in the first step
  check(learned(), sampler::Lcm{}, steps, 0);
}

TEST_CASE("an output that is kept as x_0 is not copied") {
  check(fixed(), sampler::DpmSolverPlusPlus{}, steps, 1);
  check(fixed(), sampler::UniPc{}, steps, 3);
}

TEST_CASE("a dynamic threshold is one launch more per call") {
  const denoised::DynamicThreshold dynamic;
  const std::string measured = joined("launch " + threshold, stage);
  const std::string workspace = "allocation " + threshold + "; ";
  check(fixed(), sampler::DpmSolverPlusPlus{2, dynamic}, steps, 1, measured, workspace);
  check(learned(), sampler::DpmSolver2{dynamic}, 2 * (steps - 1) + 1, 1, measured, workspace);
}

TEST_CASE("churn is made by the stage before, or where there is none by one launch") {
  const Run seen = run(learned(), sampler::Heun{Churn{.amount = 2}}, noise, NullObserver{},
                       {.times = {2, 1, 0, -1}});
  CHECK(described(seen.loop) == joined(renoise, repeated(5, steps_of(stage))));
  check_beginning(seen, 1);
}

TEST_CASE("each jump of RePaint is one launch") {
  const RunOptions options{.times = repaint_times(uniform_times(learned(), steps), 2, 2)};
  REQUIRE(options.times == Times{3, 2, 1, 0, 2, 1, 0, -1});
  const auto check_jump = [&](const auto& sampler, const std::string& step, int buffers) {
    const Run seen = run(learned(), sampler, noise, NullObserver{}, options);
    const std::string three = repeated(3, steps_of(step));
    CHECK(described(seen.loop) == joined(joined(three, renoise), three));
    check_beginning(seen, buffers);
  };
  check_jump(sampler::DpmSolverPlusPlus{}, stage, 1);
  check_jump(sampler::Ancestral{}, "launch iddpm::sampler::p_sample", 0);
}

TEST_CASE("samples that start at their own timestep cost no launch of a step") {
  const RunOptions options{.starts = {3, 1, 2, 0, 3}};
  const auto check_starts = [&](const auto& sampler, const std::string& step) {
    const Run seen = run(learned(), sampler, noise, NullObserver{}, options);
    CHECK(described(seen.loop) == repeated(steps, steps_of(step)));
    CHECK(described(EventKind::launch, seen.before) ==
          repeated(2, "launch iddpm::process::timesteps"));
    CHECK(described(EventKind::allocation, seen.before) ==
          joined("allocation iddpm::sampler::model_output", repeated(2, timesteps)));
    CHECK(described(EventKind::fence, seen.before) == "");
    CHECK(only_frees(seen));
  };
  check_starts(sampler::Lcm{}, stage);
  check_starts(sampler::Ancestral{}, "launch iddpm::sampler::p_sample");
}

TEST_CASE("a call costs the memory of what is kept and not a byte per element more") {
  const Exec exec;
  const Learned process = learned();
  const Images x("x", samples, channels, side, side);
  KokkosEvents recorder;
  sample(exec, process, sampler::DpmSolverPlusPlus{}, OneLaunch{}, noise, x);
  const std::size_t bytes = 3 * x.size() * sizeof(float) + steps * samples * sizeof(float);
  CHECK(recorder.peak_bytes() == static_cast<std::int64_t>(bytes));
}
