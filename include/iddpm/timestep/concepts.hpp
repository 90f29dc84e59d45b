// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/random/noise_stream.hpp>

/// \file
/// The role of a timestep sampler: which t each training sample gets, and how much it weighs.
///
/// | expression                      | meaning                                                   |
/// |---------------------------------|-----------------------------------------------------------|
/// | `s(exec, T, draw, t, weight)`   | writes 0 <= t_b < T into the (B) View of int `t`, and     |
/// |                                 | 1 / (T p(t_b)) into the (B) View of numbers `weight`      |
/// | `s.update(exec, t, loss)`       | may be absent: told each step's losses, before weighting  |
///
/// | `s.visit_state(visit)`          | of one that learns, to be kept in checkpoints: calls      |
/// |                                 | visit(name, view) for every array of its state            |
/// | `s.refresh(exec)`               | called after these arrays were overwritten                |
///
/// With such weights the mean of weight_b loss_b estimates the mean over all t without bias, for
/// any p > 0. Drawing is const; learning from losses is not.
///
/// Models: timestep::Uniform, timestep::LossSecondMoment.

namespace iddpm {

template <class S, class Exec, class T, class Weight>
concept TimestepSampler = requires(const S& s, const Exec& exec, int num_timesteps,
                                   const Draw& draw, const T& t, const Weight& weight) {
  s(exec, num_timesteps, draw, t, weight);
};

/// A timestep sampler that learns from the losses.
template <class S, class Exec, class T, class Loss>
concept LossAwareTimestepSampler = TimestepSampler<S, Exec, T, Loss> &&
    requires(S& s, const Exec& exec, const T& t, const Loss& loss) {
  s.update(exec, t, loss);
};

}  // namespace iddpm
