// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/diffusion.hpp>
#include <iddpm/random/noise_source.hpp>
#include <iddpm/sampler/path.hpp>
#include <iddpm/sampler/stage.hpp>

#include <cstddef>
#include <vector>

/// \file
/// The two roles of a sampler. The loop that runs it, the observer, the noise and the denoiser do
/// not know which sampler it is.
///
/// A Solver is weights; the library has its kernel (see stage.hpp):
///
/// | expression          | type                 | meaning                                        |
/// |---------------------|----------------------|------------------------------------------------|
/// | `S::shape`          | `SolverShape`        | what its stages use at most                    |
/// | `s.stages(path, k)` | `std::vector<Stage>` | those of transition k of a Path                |
/// | `s.denoised()` (optional) | a `Denoised`   | what is done to x_0; else clipped to [-1, 1]   |
/// | `s.check(path)` (optional) |               | throws where it cannot walk the path           |
/// | `s.start(path, k)` (optional) | `TransitionStart` | where it adds noise before k     |
/// | `S::ascends` (optional) | `bool`           | a run goes from x_0 up                         |
///
/// Models: sampler::DpmSolverPlusPlus, sampler::SdeDpmSolverPlusPlus, sampler::DpmSolver2,
/// sampler::DpmSolver3, sampler::UniPc, sampler::Euler, sampler::Heun, sampler::EulerAncestral,
/// sampler::Plms, sampler::Lcm, sampler::DdimInverse, sampler::DdimInverseFixedPoint.
///
/// A StepSampler is a whole transition of its own, one denoiser call and then
/// `s(exec, diffusion, x_t, t, model_output, noise, x_out, x_start)`: it writes the state after x_t
/// into x_out (which may be x_t) and, unless that View is empty, the processed predicted x_0 into
/// x_start. `t` is an int or a View of (B), entries of the process's table, or the TransitionRow of
/// a run. Beside that it may have
/// - `S::ascends`, true: the state after x_t is x_{t+1}, and a run goes from t = 0 up; without it,
///   x_{t-1}, and down;
/// - `s.bind(exec, x)`: the same sampler with the workspace for batches like x, so that its steps
///   allocate nothing.
///
/// Models: sampler::Ancestral, sampler::Ddim, sampler::DdimReverse.

namespace iddpm {

template <class S>
concept Solver = requires(const S& s, const Path& path) {
  { S::shape } -> std::convertible_to<SolverShape>;
  { s.stages(path, 0) } -> std::convertible_to<std::vector<Stage>>;
};

template <class S, class P, class X>
concept StepSampler = Process<P> && View<X> &&
    requires(const S& s, const typename P::execution_space& exec, const P& diffusion, const X& x,
             const TransitionRow& t, const Draw& noise) {
  s(exec, diffusion, x, t, x, noise, x, x);
};

template <class S, class P, class X>
concept Sampler = Solver<S> || StepSampler<S, P, X>;

/// Does a run of this sampler go from x_0 up?
template <class S>
[[nodiscard]] constexpr bool sampler_ascends() {
  if constexpr (requires { S::ascends; })
    return S::ascends;
  else
    return false;
}

/// Has a process's network a meaning for the transitions of its table only?
template <Process P>
[[nodiscard]] constexpr bool needs_table() {
  if constexpr (requires { P::mean_type::is_of_table; })
    return P::mean_type::is_of_table;
  else
    return false;
}

/// A step sampler with the workspace that it needs for batches like x.
template <ExecutionSpace Exec, class S, View X>
[[nodiscard]] auto bind_sampler(const Exec& exec, const S& sampler, const X& x) {
  if constexpr (requires { sampler.bind(exec, x); })
    return sampler.bind(exec, x);
  else
    return sampler;
}

}  // namespace iddpm
