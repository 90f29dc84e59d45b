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
/// | `s.alphas()` (optional) | `std::vector<double>` | 1 - beta_t, for a beta_t near 1 |
/// | `s.timestep_map()` (optional) | `std::vector<int>` | the timestep a network is given for t |
/// | `s.original_num_timesteps()` (optional) | `int` | the T that the network was trained with |
/// | `S::has_zero_terminal_snr` (optional, static constexpr) | `bool` | the last beta may be 1 |
///
/// Models: schedule::Linear, schedule::Cosine, schedule::ScaledLinear, schedule::Sigmoid,
/// schedule::AlphaBar, schedule::Custom, schedule::Respaced, schedule::ZeroTerminalSnr.

namespace iddpm {

template <class S>
concept Schedule = std::copyable<S> && requires(const S& s) {
  { s.betas() } -> std::convertible_to<std::vector<double>>;
};

/// Whether the last beta of a schedule may be 1, so that x_{T-1} is noise alone: what the schedule
/// declares, else no.
template <Schedule S>
[[nodiscard]] constexpr bool has_zero_terminal_snr() {
  if constexpr (requires { S::has_zero_terminal_snr; })
    return S::has_zero_terminal_snr;
  else
    return false;
}

}  // namespace iddpm
