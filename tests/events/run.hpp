// SPDX-License-Identifier: MIT
#pragma once

#include "setup.hpp"
#include <iddpm/sampler/sample.hpp>

#include <algorithm>

/// \file
/// A whole run, as the tests of this room watch it.

namespace test {

constexpr int steps = 4;

inline Learned learned() { return Learned{iddpm::schedule::Cosine{steps}}; }
inline Fixed fixed() { return Fixed{iddpm::schedule::Cosine{steps}}; }

inline std::string repeated(int count, const std::string& list) {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : "; ") + list;
  return all;
}

/// What a loop may do: `step` and nothing else, once per call of the denoiser.
inline std::string steps_of(const std::string& step) { return "launch denoiser; " + step; }

/// A run's events as three lists: before its first launch, its steps, after them.
struct Run {
  std::vector<KokkosEvent> before, loop, after;

  explicit Run(const std::vector<KokkosEvent>& events) {
    const auto is_launch = [](const KokkosEvent& e) { return e.kind == EventKind::launch; };
    // The first launches write the timesteps.
    const auto first = std::find_if(events.begin(), events.end(), [&](const KokkosEvent& e) {
      return is_launch(e) && e.label != "iddpm::process::timesteps";
    });
    const auto last = std::find_if(events.rbegin(), events.rend(), is_launch).base();
    before.assign(events.begin(), first);
    loop.assign(first, last);
    after.assign(last, events.end());
  }
};

template <class P, class S, class N, class Observer = iddpm::NullObserver>
Run run(const P& process, const S& sampler, const N& drawn, Observer&& observer = {},
        const iddpm::RunOptions& options = {}) {
  const Exec exec;
  const auto x = images();
  const auto whole_run = [&] {
    iddpm::sample(exec, process, sampler, OneLaunch{}, drawn, x, observer, options);
  };
  whole_run();  // Kokkos' own scratch memory grows at a first launch
  KokkosEvents recorder;
  whole_run();
  return Run(recorder.take());
}

/// What a run may do after its last launch: its Views are freed, where Kokkos waits for all
/// devices; nothing else is ours.
inline bool only_frees(const Run& run) {
  for (const auto& event : run.after)
    if (event.kind != EventKind::deallocation && event.kind != EventKind::fence) return false;
  return named(EventKind::fence, "iddpm::", run.after) == "" &&
         named(EventKind::fence, "Unnamed", run.after) == "";
}

}  // namespace test
