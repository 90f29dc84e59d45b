// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/allocate_like.hpp>
#include <iddpm/sampler/detail/fixed_point.hpp>
#include <iddpm/sampler/detail/keeps_to_shape.hpp>
#include <iddpm/sampler/detail/renoise.hpp>
#include <iddpm/sampler/detail/stage_kernel.hpp>
#include <iddpm/sampler/detail/starts.hpp>
#include <iddpm/sampler/run_options.hpp>

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace iddpm::detail {

template <Solver S>
auto processing_of(const S& solver) {
  if constexpr (requires { solver.denoised(); })
    return solver.denoised();
  else
    return denoised::Clip{};
}

// The distance from 1 to the next number that T stores.
template <class T>
double epsilon_of() {
  double epsilon = 1;
  while (static_cast<double>(static_cast<typename Compute<T>::type>(
             static_cast<T>(static_cast<typename Compute<T>::type>(1 + epsilon / 2)))) > 1)
    epsilon /= 2;
  return epsilon;
}

template <Solver S>
TransitionStart start_of(const S& solver, const Path& path, int k) {
  if constexpr (requires { solver.start(path, k); })
    if (!path.rises(k)) return solver.start(path, k);
  return {path[k].t};
}

/// A solver on its way along a path: its buffers, and its stages, made before the first launch.
template <ExecutionSpace Exec, Process P, Solver S, View X>
class SolverRun {
 public:
  using R = compute_t<X>;

  SolverRun(const Exec& exec, const P& diffusion, const S& solver, const X& x, const Times& times,
            const RunOptions& options)
      : diffusion_(diffusion),
        denoised_(bind_denoised<R>(exec, processing_of(solver), x.extent(0))),
        x_(x),
        output_(allocate_output<P>(exec, "iddpm::sampler::model_output", x)),
        starts_of_samples_(exec, options.starts, times, sampler_ascends<S>()) {
    if constexpr (shape.repeats) fixed_point_.emplace(exec, x.extent(0));
    for (auto& kept : kept_) kept = allocate_like(exec, "iddpm::sampler::kept", x);
    for (auto& kept : history_) kept = allocate_output<P>(exec, "iddpm::sampler::kept", x);
    const Path path(levels(), times, options.resumes ? options.began : options.first);
    if constexpr (requires { solver.check(path); }) solver.check(path);
    for (int k = 0; k < path.count(); ++k) {
      const bool is_made = k >= options.first;
      starts_.push_back(is_made ? start_of(solver, path, k) : TransitionStart{path[k].t});
      require(options.starts.empty() || !starts_.back().adds_noise(), "sample", "starts",
              "be empty for a sampler that adds noise before a transition (churn)",
              options.starts.size());
      stages_.emplace_back();
      first_call_.push_back(timesteps_.size());
      if (!is_made || path.rises(k) != sampler_ascends<S>()) continue;  // a jump has no stages
      stages_.back() = solver.stages(path, k);
      require(!stages_.back().empty(), "sample", "every transition of a solver",
              "have a stage at least", "none");
      for (const Stage& stage : stages_.back()) {
        check(stage, k);
        timesteps_.push_back(levels().timestep(stage.t));
      }
    }
    starts_.push_back({times.back()});
    // A jump makes no start.
    if (options.resumes && options.first > 0 && !path.rises(options.first - 1))
      last_ = options.first - 1;
  }

  /// What the network is given in each call.
  [[nodiscard]] const std::vector<double>& timesteps() const { return timesteps_; }

  /// Queues transition k. \param call denoiser(x, call's number, output, row)
  /// \param noise noise(k) for transition k
  template <class Call, class Noise>
  void transition(const Exec& exec, int k, const Call& call, const Noise& noise, const X& x_start) {
    const auto& stages = stages_[static_cast<std::size_t>(k)];
    // The stage before it has made the start, if there is one right before.
    const TransitionStart& start = starts_[static_cast<std::size_t>(k)];
    if (std::exchange(last_, k) != k - 1 && start.adds_noise())
      renoise(exec, start.scale, start.deviation, noise(k), x_);
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const auto evaluate = [&](const Waiting& waiting) {
        const TransitionRow row{levels().row(stages[i].t), waiting};
        call(buffer(stages[i].at), first_call_[static_cast<std::size_t>(k)] + i, output_, row.row);
        launch(exec, row, stages[i], k, noise, i + 1 == stages.size() ? x_start : X());
      };
      if constexpr (shape.repeats) {
        if (stages[i].tolerance > 0) {
          iterate(exec, k, stages[i], evaluate);
          continue;
        }
      }
      evaluate(waiting(k));
    }
  }

  /// Who waits in transition k.
  [[nodiscard]] Waiting waiting(int k) const { return starts_of_samples_.waiting(k); }

  /// The timestep of the state after transition k.
  [[nodiscard]] double time_after(int k) const {
    return starts_[static_cast<std::size_t>(k) + 1].t;
  }

  /// Everything that the next transition depends on: the state, then what the solver has kept.
  template <class Visit>
  void for_each_buffer(const Visit& visit) const {
    visit(x_);
    for (const auto& kept : kept_) visit(X(kept));
    for (const auto& kept : history_) visit(kept);
  }

 private:
  static constexpr SolverShape shape = S::shape;
  static_assert(shape.writes >= 1 && shape.writes <= 3 && shape.reads <= 3,
                "a solver's stages read up to three buffers and write one to three sums");
  static_assert(shape.x_start_history <= shape.kept && shape.x_start_history <= shape.reads,
                "a solver's history of x_0 is among its buffers and reads");
  using D = decltype(bind_denoised<R>(std::declval<const Exec&>(),
                                      processing_of(std::declval<const S&>()), 0));
  using Output =
      decltype(allocate_output<P>(std::declval<const Exec&>(), "", std::declval<const X&>()));
  // The output is the history where it is x_0 itself and can be processed again.
  static constexpr std::size_t history =
      std::is_same_v<typename P::mean_type, mean::StartX> && ElementDenoised<D>
          ? shape.x_start_history
          : 0;
  static constexpr std::size_t plain = shape.kept - history;
  using Views = StageViews<typename X::const_type, typename Output::const_type, X, shape.reads,
                           shape.writes, history>;

  [[nodiscard]] const NoiseLevels& levels() const { return diffusion_.levels(); }

  void check(const Stage& stage, int k) const {
    if (!keeps_to_shape(shape, stage))
      require(false, "sample", "every stage of transition " + std::to_string(k),
              "keep to the solver's shape: its buffers, reads, writes, noise and tolerance",
              "one that does not");
    if (!(stage.t >= 0 && stage.t <= levels().num_timesteps() - 1))
      require(false, "sample", "every call in transition " + std::to_string(k),
              "be at a timestep in 0 .. " + std::to_string(levels().num_timesteps() - 1), stage.t);
    require(!needs_table<P>() || levels().is_entry(stage.t), "sample", "every call",
            "be at a timestep of the table, as PreviousX is the mean of x_{t-1}", stage.t);
  }

  [[nodiscard]] X buffer(int index) const {
    return index == 0 ? x_ : X(kept_[static_cast<std::size_t>(index - 1)]);
  }
  [[nodiscard]] static bool is_history(int index) { return index > static_cast<int>(plain); }
  [[nodiscard]] std::size_t history_index(int index) const {
    return static_cast<std::size_t>(index) - 1 - plain;
  }

  [[nodiscard]] Views views(const Stage& stage, const X& x_start) const {
    const X x = buffer(stage.at);
    // What is not used stands where memory is read anyway.
    Views views{x, output_, {}, {}, {}, x_start, x_start.data() != nullptr};
    for (std::size_t i = 0; i != views.reads.size(); ++i)
      views.reads[i] = stage.reads[i] >= 0 ? buffer(stage.reads[i]) : x;
    for (std::size_t i = 0; i != views.history.size(); ++i) {
      const int read = stage.reads[views.reads.size() + i];
      views.history[i] = read >= 0 ? history_[history_index(read)] : output_;
    }
    for (std::size_t i = 0; i != views.writes.size(); ++i) {
      const int to = stage.writes[i].to;
      views.writes[i] = to >= 0 && !is_history(to) ? buffer(to) : x_;
    }
    if (!views.wants_x_start) views.x_start = x_;
    return views;
  }

  template <class Noise>
  void launch(const Exec& exec, const TransitionRow& row, Stage stage, int k, const Noise& noise,
              const X& x_start) {
    const auto rows = CoefficientsAt<R, Exec>{0, cast<R>(row.row), nullptr, 0, row.waiting};
    const auto seen = views(stage, x_start);
    int kept_output = 0;
    for (Combination& sum : stage.writes)
      if (is_history(sum.to)) kept_output = std::exchange(sum.to, -1);
    if constexpr (shape.is_stochastic)
      launch_stage<P>(exec, rows, denoised_, stage, noise(k + stage.noise_ahead), seen);
    else
      launch_stage<P>(exec, rows, denoised_, stage, NoNoise<R>{}, seen);
    // The output becomes the history, and what was forgotten the room for the next output.
    if (kept_output > 0) std::swap(output_, history_[history_index(kept_output)]);
  }

  template <class Evaluate>
  void iterate(const Exec& exec, int k, const Stage& stage, const Evaluate& evaluate) const {
    constexpr int most = 100;
    const double tolerance = stage.tolerance * epsilon_of<value_t<X>>();
    fixed_point_->begin(exec);
    double residual = 0;
    for (int i = 0; i < most; ++i) {
      evaluate(fixed_point_->waiting());
      residual = fixed_point_->settle(exec, buffer(stage.writes[1].to), x_, tolerance);
      if (residual <= tolerance) return;
    }
    std::ostringstream sentence;
    sentence << "sample: the fixed point of transition " << k << " (t = " << stage.t
             << ") must converge within " << most << " iterations; got a residual of " << residual;
    throw std::runtime_error(sentence.str());
  }

  P diffusion_;
  D denoised_;
  X x_;
  std::array<ManagedLike<X>, plain> kept_;  // where x_ may be somebody else's memory
  std::array<Output, history> history_;
  Output output_;
  Starts<Exec> starts_of_samples_;
  std::optional<FixedPoint<Exec>> fixed_point_;
  std::vector<std::vector<Stage>> stages_;
  std::vector<TransitionStart> starts_;
  int last_ = -2;  // the transition made last
  std::vector<std::size_t> first_call_;
  std::vector<double> timesteps_;
};

}  // namespace iddpm::detail
