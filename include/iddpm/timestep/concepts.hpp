// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/random/noise_stream.hpp>

/// \file
/// The role of a timestep sampler: which t each training sample gets.
///
/// | expression                  | meaning                                                       |
/// |-----------------------------|---------------------------------------------------------------|
/// | `s(exec, T, draw, t)`       | writes t_b in 0 .. T - 1 into the (B) View of int `t`         |
///
/// Model: timestep::Uniform.

namespace iddpm {

template <class S, class Exec, class T>
concept TimestepSampler = requires(const S& s, const Exec& exec, int num_timesteps,
                                   const Draw& draw, const T& t) {
  s(exec, num_timesteps, draw, t);
};

}  // namespace iddpm
