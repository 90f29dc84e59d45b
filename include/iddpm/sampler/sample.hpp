// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/ddim.hpp>
#include <iddpm/sampler/observer.hpp>

namespace iddpm {

/// Noise for a run of transitions: a NoiseStream, or anything whose `sampler(k)` gives the noise of
/// transition k, a Draw or a View.
template <class N>
concept SamplerNoise = requires(const N& noise) {
  noise.sampler(0);
};

namespace detail {

template <class Observer>
constexpr bool wants_x_start() {
  if constexpr (requires { Observer::wants_x_start; })
    return Observer::wants_x_start;
  else
    return false;
}

}  // namespace detail

/// Runs a whole process backwards, in place: x comes as x_T and leaves as x_0.
///
/// For k = 0 .. T - 1 and t = T - 1 - k: the denoiser is called with the whole batch at t, then the
/// sampler makes one transition with the noise `noise.sampler(k)`. Nothing is allocated or fenced
/// inside the loop; the network's output and the timesteps are allocated once before it.
/// \param x (B, C, ...), standard normal: `fill_normal(exec, noise.initial(), x)`
/// \param denoiser any `denoiser(exec, x_t, timesteps, model_output)`; see denoiser/concepts.hpp
/// \param observer told after each transition; see sampler/observer.hpp
/// \see Ho et al. 2020, algorithm 2; improved_diffusion, p_sample_loop and ddim_sample_loop.
template <ExecutionSpace Exec, Process P, class S, class D, SamplerNoise N, View X,
          class Observer = NullObserver>
void sample(const Exec& exec, const P& diffusion, const S& sampler, D&& denoiser, const N& noise,
            const X& x, Observer&& observer = {}) {
  const auto model_output = allocate_output<P>(exec, "iddpm::sampler::model_output", x);
  using Output = std::remove_cvref_t<decltype(model_output)>;
  static_assert(Denoiser<D, Exec, X, NetworkTimesteps<value_t<X>, Exec>, Output>,
                "a denoiser is callable as denoiser(exec, x_t, timesteps, model_output)");
  static_assert(Sampler<S, P, X>, "a sampler makes one transition; see sampler/concepts.hpp");
  const TimestepRows<value_t<X>, Exec> timesteps(exec, diffusion, x.extent(0));
  X x_start;
  if constexpr (detail::wants_x_start<std::remove_cvref_t<Observer>>())
    x_start = X(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::sampler::x_start"),
                x.layout());
  const int count = diffusion.num_timesteps();
  for (int k = 0; k < count; ++k) {
    const int t = count - 1 - k;
    denoiser(exec, x, timesteps.at(t), model_output);
    sampler(exec, diffusion, x, t, model_output, noise.sampler(static_cast<std::uint32_t>(k)), x,
            x_start);
    observer(exec, SamplingStep{k, count, t}, x, x_start);
  }
}

}  // namespace iddpm
