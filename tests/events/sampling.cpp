// SPDX-License-Identifier: MIT
// A sampling run: one launch of ours per step, nothing else between its first step and its last.
#include "run.hpp"

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

struct Watcher {
  static constexpr bool wants_x_start = true;
  int& calls;
  void operator()(const Exec&, const SamplingStep&, const Images&, const Images&) const { ++calls; }
};

struct NoiseViews {
  Images z;
  [[nodiscard]] Images sampler(std::uint32_t) const { return z; }
};

template <class P, class S, class N, class Observer = NullObserver>
void check(const P& process, const S& sampler, const N& noise, const std::string& step,
           const std::string& workspace = "", Observer&& observer = {}) {
  const Run seen = run(process, sampler, noise, observer);
  CHECK(described(seen.loop) == repeated(steps, steps_of(step)));
  CHECK(foreign_labels(seen.loop) == "");
  CHECK(foreign_labels(seen.before) == "");
  CHECK(
      described(EventKind::allocation, seen.before) ==
      workspace + "allocation iddpm::sampler::model_output; allocation iddpm::process::timesteps" +
          (std::is_same_v<std::decay_t<Observer>, Watcher> ? "; allocation iddpm::sampler::x_start"
                                                           : ""));
  CHECK(described(EventKind::launch, seen.before) == "launch iddpm::process::timesteps");
  CHECK(described(EventKind::fence, seen.before) == "");
  CHECK(described(EventKind::deep_copy, seen.before) == "");
  CHECK(only_frees(seen));
}

const std::string p_sample_launch = "launch iddpm::sampler::p_sample",
                  ddim_launch = "launch iddpm::sampler::ddim_sample",
                  reverse_launch = "launch iddpm::sampler::ddim_reverse_sample",
                  threshold = "iddpm::parametrization::dynamic_threshold";

}  // namespace

TEST_CASE("a step of any sampler is one launch") {
  check(learned(), sampler::Ancestral{}, noise, p_sample_launch);
  check(fixed(), sampler::Ancestral{}, noise, p_sample_launch);
  check(learned(), sampler::Ddim{0.0}, noise, ddim_launch);
  check(fixed(), sampler::Ddim{0.5}, noise, ddim_launch);
  check(fixed(), sampler::DdimReverse{}, noise, reverse_launch);
}

TEST_CASE("an observer and noise in a View cost no launch") {
  int calls = 0;
  check(learned(), sampler::Ancestral{}, noise, p_sample_launch, "", Watcher{calls});
  CHECK(calls == 2 * steps);
  check(learned(), sampler::Ancestral{}, NoiseViews{images()}, p_sample_launch);
  check(fixed(), sampler::Ddim{1.0}, NoiseViews{images()}, ddim_launch);
}

TEST_CASE("a dynamic threshold is one launch more, its workspace allocated once") {
  const denoised::DynamicThreshold dynamic;
  const std::string measured = "launch " + threshold + "; ";
  const std::string workspace = "allocation " + threshold + "; ";
  check(learned(), sampler::Ancestral{dynamic}, noise, measured + p_sample_launch, workspace);
  check(fixed(), sampler::Ddim{0.5, dynamic}, noise, measured + ddim_launch, workspace);
  check(fixed(), sampler::DdimReverse{dynamic}, noise, measured + reverse_launch, workspace);
}

TEST_CASE("a step that the caller drives does the same, and its last call nothing") {
  const Exec exec;
  const auto x = images();
  auto run = progressive(exec, learned(), sampler::Ancestral{}, OneLaunch{}, noise, x, {true});
  KokkosEvents recorder;
  for (int step = 0; step < steps; ++step) {
    REQUIRE(run.advance());
    CHECK(described(recorder.take()) == steps_of(p_sample_launch));
  }
  CHECK_FALSE(run.advance());
  CHECK(described(recorder.take()) == "");
}

TEST_CASE("a run needs the model output, its timesteps and not a byte per element more") {
  const Exec exec;
  const Learned process = learned();
  for (const std::size_t size : {std::size_t{8}, std::size_t{64}}) {
    const Images x("x", samples, channels, size, size);
    KokkosEvents recorder;
    sample(exec, process, sampler::Ancestral{}, OneLaunch{}, noise, x);
    const std::size_t model_output = 2 * x.size() * sizeof(float);
    const std::size_t timesteps = steps * samples * sizeof(float);
    CHECK(recorder.peak_bytes() == static_cast<std::int64_t>(model_output + timesteps));
  }
}
