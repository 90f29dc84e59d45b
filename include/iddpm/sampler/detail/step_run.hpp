// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/starts.hpp>
#include <iddpm/sampler/run_options.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace iddpm::detail {

/// A step sampler on its way through a list of timesteps: the twin of SolverRun.
template <ExecutionSpace Exec, Process P, class S, View X>
class StepRun {
 public:
  StepRun(const Exec& exec, const P& diffusion, const S& sampler, const X& x, const Times& times,
          const RunOptions& options)
      : diffusion_(diffusion),
        sampler_(bind_sampler(exec, sampler, x)),
        x_(x),
        output_(allocate_output<P>(exec, "iddpm::sampler::model_output", x)),
        times_(times),
        starts_(exec, options.starts, times, sampler_ascends<S>()) {
    for (std::size_t k = 0; k + 1 < times_.size(); ++k) timesteps_.push_back(row(k).timestep);
  }

  [[nodiscard]] const std::vector<double>& timesteps() const { return timesteps_; }

  template <class Call, class Noise>
  void transition(const Exec& exec, int k, const Call& call, const Noise& noise, const X& x_start) {
    const auto index = static_cast<std::size_t>(k);
    const TransitionRow to{row(index), waiting(k)};
    call(x_, index, output_, to.row);
    sampler_(exec, diffusion_, x_, to, output_, noise(k), x_, x_start);
  }

  /// Who waits in transition k.
  [[nodiscard]] Waiting waiting(int k) const { return starts_.waiting(k); }

  /// The timestep of the state after transition k.
  [[nodiscard]] double time_after(int k) const { return times_[static_cast<std::size_t>(k) + 1]; }

  template <class Visit>
  void for_each_buffer(const Visit& visit) const {
    visit(x_);
  }

 private:
  // Of a rise in a run that falls, which calls no network, whatever is there.
  [[nodiscard]] Coefficients<double> row(std::size_t k) const {
    const NoiseLevels& levels = diffusion_.levels();
    if (sampler_ascends<S>() || times_[k + 1] > times_[k])
      return levels.rows()[static_cast<std::size_t>(times_[k] < 0 ? 0 : times_[k])];
    return levels.row(times_[k], times_[k + 1]);
  }

  P diffusion_;
  decltype(bind_sampler(std::declval<const Exec&>(), std::declval<const S&>(),
                        std::declval<const X&>())) sampler_;
  X x_;
  decltype(allocate_output<P>(std::declval<const Exec&>(), "", std::declval<const X&>())) output_;
  Times times_;
  Starts<Exec> starts_;
  std::vector<double> timesteps_;
};

}  // namespace iddpm::detail
