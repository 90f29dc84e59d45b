// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/run_options.hpp>

#include <cstddef>
#include <sstream>
#include <string>

namespace iddpm::detail {

/// Every timestep of a process and x_0, in the direction of the sampler. A step sampler that
/// ascends goes from the table's 0 to T, beyond it.
template <Process P, class S>
Times all_times(const P& diffusion) {
  Times times;
  const int count = diffusion.num_timesteps();
  for (int i = 0; i <= count; ++i) {
    if (!sampler_ascends<S>())
      times.push_back(count - 1 - i);
    else
      times.push_back(Solver<S> ? i - 1 : i);
  }
  return times;
}

template <Process P, class S>
void check_transition(const P& diffusion, double t, double next, bool can_renoise) {
  const int last = diffusion.num_timesteps() - 1;
  const auto is_timestep = [&](double time) {
    return time == x_start_time || (time >= 0 && time <= last);
  };
  const auto pair = [&] {
    std::ostringstream both;
    both << t << " to " << next;
    return both.str();
  };
  if (!is_timestep(t) || !is_timestep(next) || t == next)
    require(false, "sample", "times",
            "go from one of 0 .. " + std::to_string(last) + " or -1 (x_0) to another", pair());
  if ((next > t) == sampler_ascends<S>()) {
    if (!Solver<S> && needs_table<P>() && !(next == t - 1 && diffusion.levels().is_entry(t)))
      require(false, "sample", "times",
              "be the table's own, one after the other, as PreviousX is the mean of x_{t-1}",
              pair());
    return;
  }
  require(!sampler_ascends<S>(), "sample", "times", "rise, where the sampler ascends", pair());
  require(can_renoise, "sample", "noise", "have renoising(k), where times rise", pair());
}

/// The timesteps of a run, checked.
template <Process P, class S>
Times times_of_run(const P& diffusion, const RunOptions& options, std::size_t samples,
                   bool can_renoise) {
  constexpr bool ascends_by_step = sampler_ascends<S>() && !Solver<S>;
  const Times times = options.times.empty() ? all_times<P, S>(diffusion) : options.times;
  require(times.size() >= 2, "sample", "times", "hold a beginning and an end", times.size());
  if constexpr (ascends_by_step)
    require(options.times.empty(), "sample", "times", "be the table's own for this sampler",
            "others");
  else
    for (std::size_t k = 0; k + 1 < times.size(); ++k)
      check_transition<P, S>(diffusion, times[k], times[k + 1], can_renoise);
  const int count = static_cast<int>(times.size()) - 1;
  require(options.first >= 0 && options.first <= count, "sample", "first",
          "be in 0 .. " + std::to_string(count), options.first);
  require(options.began >= 0 && options.began <= options.first, "sample", "began",
          "be in 0 .. first (" + std::to_string(options.first) + ")", options.began);
  bool keeps = false;
  if constexpr (Solver<S>) keeps = SolverShape(S::shape).kept > 0;
  require(options.starts.empty() || !keeps, "sample", "starts",
          "be empty for a sampler that looks back, or calls the network at two levels a step",
          options.starts.size());
  require(options.starts.empty() || options.starts.size() == samples, "sample", "starts",
          "hold one timestep per sample (" + std::to_string(samples) + ")", options.starts.size());
  return times;
}

}  // namespace iddpm::detail
