// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/diffusion.hpp>
#include <iddpm/random/noise_source.hpp>

/// \file
/// The role of a sampler: one transition x_t -> x_{t-1}, as one kernel. The loop that calls it,
/// the observer, the noise and the denoiser do not know which sampler it is.
///
/// Expression: `s(exec, diffusion, x_t, t, model_output, noise, x_prev, x_start)` writes x_{t-1}
/// into x_prev (which may be x_t) and, unless that View is empty, the processed predicted x_0 into
/// x_start.
///
/// Models: sampler::Ancestral, sampler::Ddim.

namespace iddpm {

template <class S, class P, class X>
concept Sampler = Process<P> && View<X> &&
    requires(const S& s, const typename P::execution_space& exec, const P& diffusion, const X& x,
             const Draw& noise) {
  s(exec, diffusion, x, 0, x, noise, x, x);
};

}  // namespace iddpm
