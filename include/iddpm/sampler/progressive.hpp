// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/observer.hpp>

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

/// What part of a run is wanted.
struct ProgressiveOptions {
  bool wants_x_start = false;  ///< each transition also writes the processed predicted x_0
  int first = 0;  ///< the transition to begin with: x comes as the state before it; the noise of
                  ///< the others stays what it is in a whole run
};

/// A run of transitions, one at a time, in the caller's loop: made by `progressive`.
template <ExecutionSpace Exec, Process P, class S, class D, SamplerNoise N, View X>
class Progressive {
 public:
  Progressive(const Exec& exec, const P& diffusion, const S& sampler, D&& denoiser, const N& noise,
              const X& x, const ProgressiveOptions& options)
      : exec_(exec),
        diffusion_(diffusion),
        sampler_(sampler),
        denoiser_(std::forward<D>(denoiser)),
        noise_(noise),
        x_(x),
        model_output_(allocate_output<P>(exec, "iddpm::sampler::model_output", x)),
        timesteps_(exec, diffusion, x.extent(0)),
        step_{options.first - 1, diffusion.num_timesteps(), 0} {
    require(options.first >= 0 && options.first <= step_.count, "progressive", "first",
            "be in 0 .. " + std::to_string(step_.count), options.first);
    if (options.wants_x_start)
      x_start_ =
          Managed(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::sampler::x_start"),
                  x.layout());
  }

  /// Queues the next transition: the denoiser with the whole batch at its t, then the sampler's
  /// kernel. False, and nothing is done, after the last one. Allocates no View, fences nothing.
  bool advance() {
    if (step_.index + 1 >= step_.count) return false;
    ++step_.index;
    step_.t = sampler_ascends<S>() ? step_.index : step_.count - 1 - step_.index;
    denoiser_(exec_, x_, timesteps_.at(step_.t), model_output_);
    sampler_(exec_, diffusion_, x_, step_.t, model_output_,
             noise_.sampler(static_cast<std::uint32_t>(step_.index)), x_, x_start());
    return true;
  }

  /// Which transition was made last.
  [[nodiscard]] const SamplingStep& step() const { return step_; }

  /// The state after it: the caller's x. What is written here, in the order of exec, is what the
  /// next transition begins with.
  [[nodiscard]] const X& x() const { return x_; }

  /// The predicted x_0 that it made, processed; empty unless it was wanted.
  [[nodiscard]] X x_start() const { return x_start_; }

 private:
  // The caller's x may be a View of somebody else's memory; what is made here is owned.
  using Managed =
      Kokkos::View<typename X::data_type, typename X::array_layout, typename X::device_type>;

  Exec exec_;
  P diffusion_;
  S sampler_;
  D denoiser_;  // a reference, where the caller has it
  N noise_;
  X x_;
  Managed x_start_;
  decltype(allocate_output<P>(std::declval<const Exec&>(), "",
                              std::declval<const X&>())) model_output_;
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
/// For k = 0 .. T - 1 and t = T - 1 - k (t = k where the sampler ascends): the denoiser is called
/// with the whole batch at t, then the sampler makes one transition with `noise.sampler(k)`. What
/// it needs is allocated here, once. A denoiser that is a variable is referred to and must outlive
/// the run; a temporary is kept in it.
/// \see improved_diffusion, p_sample_loop_progressive and ddim_sample_loop_progressive.
/// \throws std::invalid_argument unless options.first is in 0 .. T.
template <ExecutionSpace Exec, Process P, class S, class D, SamplerNoise N, View X>
[[nodiscard]] auto progressive(const Exec& exec, const P& diffusion, const S& sampler, D&& denoiser,
                               const N& noise, const X& x, const ProgressiveOptions& options = {}) {
  static_assert(Real<compute_t<X>> && !std::is_const_v<typename X::value_type>,
                "x is a View of float, double or 16-bit numbers that a run may write");
  using Output = decltype(allocate_output<P>(exec, "", x));
  static_assert(Denoiser<D, Exec, X, NetworkTimesteps<compute_t<X>, Exec>, Output>,
                "a denoiser is callable as denoiser(exec, x_t, timesteps, model_output)");
  static_assert(Sampler<S, P, X>, "a sampler makes one transition; see sampler/concepts.hpp");
  const auto bound = bind_sampler<compute_t<X>>(exec, sampler, x.extent(0));
  return Progressive<Exec, P, std::remove_const_t<decltype(bound)>, D, N, X>(
      exec, diffusion, bound, std::forward<D>(denoiser), noise, x, options);
}

}  // namespace iddpm
