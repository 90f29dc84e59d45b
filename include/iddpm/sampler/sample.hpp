// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/ddim.hpp>
#include <iddpm/sampler/ddim_reverse.hpp>
#include <iddpm/sampler/observer.hpp>
#include <iddpm/sampler/progressive.hpp>

#include <Kokkos_Profiling_ScopedRegion.hpp>

namespace iddpm {

/// Runs a whole process, in place: backwards, so that x comes as x_T and leaves as x_0, or upwards
/// with a sampler that ascends. A loop over `progressive`; see there. No step allocates or fences;
/// at the end Kokkos waits for the device as it frees the workspace (a `progressive` that is kept
/// does not).
/// \param x (B, C, ...), standard normal: `fill_normal(exec, noise.initial(), x)`
/// \param denoiser any `denoiser(exec, x_t, timesteps, model_output)`; see denoiser/concepts.hpp
/// \param observer told after each transition, may stop the run; see sampler/observer.hpp
/// \param options where the run goes: `{}, {.times = log_snr_times(diffusion, 20)}`
/// \see Ho et al. 2020, algorithm 2; improved_diffusion, p_sample_loop and ddim_sample_loop.
template <ExecutionSpace Exec, Process P, class S, class D, SamplerNoise N, View X,
          class Observer = NullObserver>
void sample(const Exec& exec, const P& diffusion, const S& sampler, D&& denoiser, const N& noise,
            const X& x, Observer&& observer = {}, RunOptions options = {}) {
  static_assert(RunObserver<std::remove_reference_t<Observer>, Exec, X>,
                "an observer is callable as observer(exec, step, x, x_start)");
  const Kokkos::Profiling::ScopedRegion region("iddpm::sampler::sample");
  options.wants_x_start = options.wants_x_start || detail::wants_x_start<Observer>();
  auto run = progressive(exec, diffusion, sampler, denoiser, noise, x, options);
  detail::begin(observer, exec, x);
  while (run.advance() && detail::notify(observer, exec, run.step(), run.x(), run.x_start())) {
  }
}

}  // namespace iddpm
