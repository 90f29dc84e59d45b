// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/renoise.hpp>
#include <iddpm/sampler/detail/run_times.hpp>
#include <iddpm/sampler/detail/solver_run.hpp>
#include <iddpm/sampler/detail/step_run.hpp>
#include <iddpm/sampler/observer.hpp>
#include <iddpm/sampler/run_options.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace iddpm {

/// Noise for a run of transitions: a NoiseStream, or anything whose `sampler(k)` gives the noise of
/// transition k, a Draw or a View.
template <class N>
concept SamplerNoise = requires(const N& noise) {
  noise.sampler(0);
};

namespace detail {

/// The run of a solver, or of a step sampler.
template <ExecutionSpace Exec, Process P, class S, View X>
auto make_run(const Exec& exec, const P& diffusion, const S& sampler, const X& x,
              const Times& times, const RunOptions& options) {
  if constexpr (Solver<S>)
    return SolverRun<Exec, P, S, X>(exec, diffusion, sampler, x, times, options);
  else
    return StepRun<Exec, P, S, X>(exec, diffusion, sampler, x, times, options);
}

}  // namespace detail

/// A run of transitions, one at a time, in the caller's loop: made by `progressive`.
template <ExecutionSpace Exec, Process P, class S, class D, SamplerNoise N, View X>
class Progressive {
 public:
  /// As `progressive`, which makes it.
  Progressive(const Exec& exec, const P& diffusion, const S& sampler, D&& denoiser, const N& noise,
              const X& x, const RunOptions& options)
      : exec_(exec),
        diffusion_(diffusion),
        denoiser_(std::forward<D>(denoiser)),
        noise_(noise),
        x_(x),
        times_(detail::times_of_run<P, S>(diffusion, options, x.extent(0), can_renoise)),
        run_(detail::make_run(exec, diffusion, sampler, x, times_, options)),
        timesteps_(exec, run_.timesteps(), x.extent(0)) {
    step_.index = options.first - 1;
    step_.count = static_cast<int>(times_.size()) - 1;
    if (!options.wants_x_start) return;
    constexpr auto label = "iddpm::sampler::x_start";
    if (options.starts.empty())
      x_start_ = detail::allocate_like(exec, label, x);
    else  // samples that wait have zeros
      x_start_ = detail::ManagedLike<X>(Kokkos::view_alloc(exec, std::string(label)), x.layout());
  }

  /// Queues the next transition: the denoiser with the whole batch at its t, then the sampler's
  /// kernel, once or, for some solvers, a few times. False, and nothing is done, after the last
  /// one. Allocates no View, fences nothing (but for a fixed point, which is waited for). After an
  /// exception, from the denoiser or a fixed point, the run is spent.
  bool advance() {
    if (step_.index + 1 >= step_.count) return false;
    const int k = ++step_.index;
    const auto index = static_cast<std::size_t>(k);
    step_.t = times_[index];
    step_.t_next = times_[index + 1];
    step_.rises = step_.t_next > step_.t && !sampler_ascends<S>();
    if (step_.rises) {
      jump(static_cast<std::uint32_t>(k));
      return true;
    }
    const auto call = [&](const X& x, std::size_t number, const auto& output,
                          const Coefficients<double>& row) {
      call_denoiser(denoiser_, exec_, x, timesteps_.at(number), output, row);
    };
    run_.transition(
        exec_, k, call, [&](int of) { return noise_.sampler(static_cast<std::uint32_t>(of)); },
        x_start());
    step_.t_next = run_.time_after(k);
    set_row();
    return true;
  }

  /// Which transition was made last.
  [[nodiscard]] const SamplingStep& step() const { return step_; }

  /// The state after it: the caller's x. What is written here, in the order of exec, is what the
  /// next transition begins with.
  [[nodiscard]] const X& x() const { return x_; }

  /// The predicted x_0 that it made, processed; empty unless it was wanted, and after a jump. Of a
  /// solver with several calls, the last one's.
  [[nodiscard]] X x_start() const { return step_.rises ? X() : X(x_start_); }

  /// Calls `visit(view)` with every View that the next transition depends on: x first, then what
  /// the sampler keeps. Copied here, in the order of exec, and written back into a run that is made
  /// with `first = step().index + 1`, `resumes = true` and, if this run did not begin with
  /// transition 0, `began`, they let it go on with the same bits.
  template <class Visit>
  void memory(const Visit& visit) const {
    run_.for_each_buffer(visit);
  }

 private:
  static constexpr bool can_renoise = requires(const N& noise) { noise.renoising(0); };

  void jump([[maybe_unused]] std::uint32_t k) {
    set_row();
    if constexpr (can_renoise)
      detail::renoise(exec_, step_.row.sqrt_alpha, std::sqrt(step_.row.beta), noise_.renoising(k),
                      x_, run_.waiting(static_cast<int>(k)));
  }

  void set_row() {
    const NoiseLevels& levels = diffusion_.levels();
    if constexpr (sampler_ascends<S>() && !Solver<S>) {
      step_.row = levels.row(step_.t);
      step_.alpha_bar = step_.row.alpha_bar_next;
      step_.one_minus_alpha_bar = step_.row.one_minus_alpha_bar_next;
    } else {
      const double noisier = std::max(step_.t, step_.t_next);
      const double other = std::min(step_.t, step_.t_next);
      // Churn may lead back to the very level that the step left.
      step_.row =
          levels.row(noisier, noisier > other ? other : std::nextafter(other, x_start_time));
      step_.alpha_bar = levels.alpha_bar(step_.t_next);
      step_.one_minus_alpha_bar = levels.one_minus_alpha_bar(step_.t_next);
    }
  }

  Exec exec_;
  P diffusion_;
  D denoiser_;  // a reference, where the caller has it
  N noise_;
  X x_;
  detail::ManagedLike<X> x_start_;
  Times times_;
  decltype(detail::make_run(std::declval<const Exec&>(), std::declval<const P&>(),
                            std::declval<const S&>(), std::declval<const X&>(),
                            std::declval<const Times&>(), std::declval<const RunOptions&>())) run_;
  TimestepRows<compute_t<X>, Exec> timesteps_;
  SamplingStep step_;
};

/// A run of a whole process on x, in place, that the caller drives, and so may stop, inspect or
/// change at every step:
///
///     auto run = iddpm::progressive(exec, diffusion, sampler, denoiser, noise, x, {true});
///     while (run.advance())
///       if (run.step().t == 100) { ... run.x() is x_99, run.x_start() the x_0 it came from ... }
///
/// Transition k = 0, 1, ... leads from one timestep of `options.times` to the next, with
/// `noise.sampler(k)`; without times, from t = T - 1 - k to t - 1 (upwards where the sampler
/// ascends). What it needs is allocated here, once, and what cannot be is refused here. A denoiser
/// that is a variable is referred to and must outlive the run; a temporary is kept in it.
/// \see improved_diffusion, p_sample_loop_progressive and ddim_sample_loop_progressive.
/// \throws std::invalid_argument for options that do not fit the process, the sampler or x, and for
///         a path that the sampler cannot walk.
template <ExecutionSpace Exec, Process P, class S, class D, SamplerNoise N, View X>
[[nodiscard]] auto progressive(const Exec& exec, const P& diffusion, const S& sampler, D&& denoiser,
                               const N& noise, const X& x, const RunOptions& options = {}) {
  static_assert(Real<compute_t<X>> && !std::is_const_v<typename X::value_type>,
                "x is a View of float, double or 16-bit numbers that a run may write");
  using Output = decltype(allocate_output<P>(exec, "", x));
  using Timesteps = NetworkTimesteps<compute_t<X>, Exec>;
  static_assert(AnyDenoiser<D, Exec, X, Timesteps, Output>,
                "a denoiser is callable as denoiser(exec, x_t, timesteps, model_output), or with "
                "a row as fifth argument; one in a wrapper, as const");
  static_assert(Sampler<S, P, X>,
                "a sampler has a shape and stages(path, k), or is callable for one transition; see "
                "sampler/concepts.hpp");
  require_kokkos("sample");
  detail::check_types<P, Exec, X>();
  detail::check_noise<P, Exec, X, std::decay_t<decltype(noise.sampler(0))>>();
  return Progressive<Exec, P, S, D, N, X>(exec, diffusion, sampler, std::forward<D>(denoiser),
                                          noise, x, options);
}

}  // namespace iddpm
