// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/diffusion.hpp>
#include <iddpm/random/noise_source.hpp>

#include <cstddef>

/// \file
/// The role of a sampler: one transition from x_t, as one kernel. The loop that calls it, the
/// observer, the noise and the denoiser do not know which sampler it is.
///
/// `s(exec, diffusion, x_t, t, model_output, noise, x_out, x_start)` writes the state after x_t
/// into x_out (which may be x_t) and, unless that View is empty, the processed predicted x_0 into
/// x_start. Beside that it may have
/// - `S::ascends`, true: the state after x_t is x_{t+1}, and a run goes from t = 0 up; without it,
///   x_{t-1}, and down;
/// - `s.template bind<R>(exec, samples)`: the same sampler with the workspace of a batch of R, so
///   that its steps allocate nothing.
///
/// Models: sampler::Ancestral, sampler::Ddim, sampler::DdimReverse.

namespace iddpm {

template <class S, class P, class X>
concept Sampler = Process<P> && View<X> &&
    requires(const S& s, const typename P::execution_space& exec, const P& diffusion, const X& x,
             const Draw& noise) {
  s(exec, diffusion, x, 0, x, noise, x, x);
};

/// Does a run of this sampler go from t = 0 up?
template <class S>
[[nodiscard]] constexpr bool sampler_ascends() {
  if constexpr (requires { S::ascends; })
    return S::ascends;
  else
    return false;
}

/// A sampler with the workspace that it needs for batches of up to `samples` samples.
template <Real R, ExecutionSpace Exec, class S>
[[nodiscard]] auto bind_sampler(const Exec& exec, const S& sampler, std::size_t samples) {
  if constexpr (requires { sampler.template bind<R>(exec, samples); })
    return sampler.template bind<R>(exec, samples);
  else
    return sampler;
}

}  // namespace iddpm
