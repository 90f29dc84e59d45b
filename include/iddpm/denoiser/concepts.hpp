// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/schedule/coefficients.hpp>

#include <Kokkos_Profiling_ScopedRegion.hpp>

#include <concepts>
#include <type_traits>

/// \file
/// The role of a denoiser: the network, however it is made.
///
/// Expression: `denoiser(exec, x_t, timesteps, model_output)` queues its work on `exec`.
/// - x_t: (B, C, ...), read; the noisy batch.
/// - timesteps: (B), read; real numbers in the compute type: the original process's index, times
///   1000 / T where the process rescales. A network that embeds them sees one scale for every
///   respacing.
/// - model_output: written; (B, C, ...), or (B, 2C, ...) where the variance is learned: the first C
///   channels are the mean part, the last C the variance part.
///
/// The output is ready in the order of `exec`; a denoiser that works elsewhere (another engine's
/// stream, the host) sees to that order itself. It neither keeps the Views nor writes the inputs.
///
/// A denoiser may take a fifth argument, `denoiser(exec, x_t, timesteps, model_output, row)`: the
/// row of coefficients, on the host, of the one timestep that the whole batch has (`row.timestep`
/// is the number in `timesteps`), so that a wrapper chooses on the host what to queue. A sampling
/// run passes it to one that cannot be called without, or that says `D::takes_row` beside the form
/// of four: a wrapper that takes any arguments need not know. `call_denoiser` is that rule.
///
/// Models: any lambda or function object of this form; iddpm::Mlp; iddpm::Concatenated and the
/// wrappers of guidance/, which hold copies of other denoisers and call them as const.

namespace iddpm {

/// A callable that queues x_t, timesteps -> model_output on an execution space instance.
template <class D, class Exec, class X, class Timesteps, class Output>
concept Denoiser = requires(D&& denoiser, const Exec& exec, const X& x_t,
                            const Timesteps& timesteps, const Output& model_output) {
  denoiser(exec, x_t, timesteps, model_output);
};

/// Does a denoiser that can be called with four arguments ask for the row too?
template <class D>
[[nodiscard]] constexpr bool takes_row() {
  if constexpr (requires { std::remove_cvref_t<D>::takes_row; })
    return std::remove_cvref_t<D>::takes_row;
  else
    return false;
}

/// A denoiser that is given the host's row of the batch's one timestep.
template <class D, class Exec, class X, class Timesteps, class Output>
concept HostRowDenoiser = (takes_row<D>() || !Denoiser<D, Exec, X, Timesteps, Output>)&&requires(
    D&& denoiser, const Exec& exec, const X& x_t, const Timesteps& timesteps,
    const Output& model_output, const Coefficients<double>& row) {
  denoiser(exec, x_t, timesteps, model_output, row);
};

/// What can be called where the row is known: a denoiser of either form.
template <class D, class Exec, class X, class Timesteps, class Output>
concept AnyDenoiser =
    Denoiser<D, Exec, X, Timesteps, Output> || HostRowDenoiser<D, Exec, X, Timesteps, Output>;

/// Calls a denoiser, in a profiling region of its own.
template <class D, class Exec, class X, class Timesteps, class Output>
requires Denoiser<D, Exec, X, Timesteps, Output>
void call_denoiser(D&& denoiser, const Exec& exec, const X& x_t, const Timesteps& timesteps,
                   const Output& model_output) {
  const Kokkos::Profiling::ScopedRegion region("iddpm::denoiser::call_denoiser");
  denoiser(exec, x_t, timesteps, model_output);
}

/// The same for a batch at one timestep: with its row where the denoiser takes it.
template <class D, class Exec, class X, class Timesteps, class Output>
requires AnyDenoiser<D, Exec, X, Timesteps, Output>
void call_denoiser(D&& denoiser, const Exec& exec, const X& x_t, const Timesteps& timesteps,
                   const Output& model_output, const Coefficients<double>& row) {
  if constexpr (HostRowDenoiser<D, Exec, X, Timesteps, Output>) {
    const Kokkos::Profiling::ScopedRegion region("iddpm::denoiser::call_denoiser");
    denoiser(exec, x_t, timesteps, model_output, row);
  } else {
    call_denoiser(denoiser, exec, x_t, timesteps, model_output);
  }
}

/// A denoiser with flat parameters that can be trained: `forward` evaluates and keeps what
/// `backward(exec, d_model_output, gradient)` needs, which overwrites the flat gradient.
template <class N, class Exec, class X>
concept TrainableDenoiser = View<X> &&
    requires(N& net, const Exec& exec, const X& x,
             const Kokkos::View<compute_t<X>*, Kokkos::LayoutRight, typename Exec::memory_space>&
                 per_sample) {
  net.forward(exec, x, per_sample, x);
  net.backward(exec, x, net.parameters());
};

/// A denoiser that can be told classes: `with_labels(labels)` is the same network with the same
/// parameters, bound to a label per sample, -1 where it has none.
template <class N, class Exec>
concept LabelledDenoiser =
    requires(const N& net,
             const Kokkos::View<int*, Kokkos::LayoutRight, typename Exec::memory_space>& labels) {
  { net.with_labels(labels) } -> std::same_as<N>;
};

}  // namespace iddpm
