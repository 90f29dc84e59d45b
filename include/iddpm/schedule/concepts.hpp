// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <vector>

/// \file
/// The role of a schedule: how fast a diffusion process destroys its data.
///
/// | expression     | type                  | meaning                                          |
/// |----------------|-----------------------|--------------------------------------------------|
/// | `s.betas()`    | `std::vector<double>` | beta_t for t = 0 .. T - 1, in (0, 1), any T >= 1 |
/// | `s.timestep_map()` (optional) | `std::vector<int>` | the timestep a network is given for t |
/// | `s.original_num_timesteps()` (optional) | `int` | the T that the network was trained with |
///
/// Models: schedule::Linear, schedule::Cosine, schedule::Custom, schedule::Respaced.

namespace iddpm {

template <class S>
concept Schedule = std::copyable<S> && requires(const S& s) {
  { s.betas() } -> std::convertible_to<std::vector<double>>;
};

}  // namespace iddpm
