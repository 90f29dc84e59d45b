// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The spacings that users of the diffusers library and of DDIM's code know: S of the timesteps
/// 0 .. T - 1, strictly increasing, for Respaced. Each is computed in integers, so no timestep is
/// off by one through rounding. One step alone is always the last, T - 1.
/// `space_timesteps` (<iddpm/schedule/respaced.hpp>) has the spacings of the IDDPM paper.

namespace iddpm::schedule {

namespace detail {

inline void check_spacing(std::string_view function, int num_timesteps, int steps) {
  require(num_timesteps >= 1, function, "num_timesteps", "be positive", num_timesteps);
  require(steps >= 1 && steps <= num_timesteps, function, "steps",
          "be in 1 .. " + std::to_string(num_timesteps), steps);
}

/// numerator / denominator to the nearest integer, a half to the even one.
inline int round_half_even(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t whole = numerator / denominator, twice = 2 * (numerator % denominator);
  const bool up = twice > denominator || (twice == denominator && whole % 2 != 0);
  return static_cast<int>(whole + (up ? 1 : 0));
}

/// floor(0.8 T (i / gaps)^2) for 0 <= i <= gaps < T, for every int: 4 T i^2 / (5 gaps^2) in two
/// divisions, the first with its remainder, as the numerator itself may not fit.
inline int floor_quadratic(int num_timesteps, int i, int gaps) {
  const auto index = static_cast<std::uint64_t>(i), width = static_cast<std::uint64_t>(gaps);
  const std::uint64_t product = 4 * static_cast<std::uint64_t>(num_timesteps) * index;
  const std::uint64_t part = product % width * index / width;
  return static_cast<int>((product / width * index + part) / (5 * width));
}

}  // namespace detail

/// Steps i (T div S), i = 0 .. S - 1: the first timestep is 0, the last may lie well below T - 1.
/// \throws std::invalid_argument unless 1 <= S <= T.
/// \see diffusers, timestep_spacing="leading" with steps_offset 0.
[[nodiscard]] inline std::vector<int> leading_timesteps(int num_timesteps, int steps) {
  detail::check_spacing("leading_timesteps", num_timesteps, steps);
  if (steps == 1) return {num_timesteps - 1};
  std::vector<int> kept;
  for (int i = 0; i < steps; ++i) kept.push_back(i * (num_timesteps / steps));
  return kept;
}

/// Steps round(T - i T / S) - 1, i = 0 .. S - 1, a half to the even number, in increasing order:
/// the last timestep is T - 1.
/// \throws std::invalid_argument unless 1 <= S <= T.
/// \see diffusers, timestep_spacing="trailing"; Lin et al. 2024, section 3.3.
[[nodiscard]] inline std::vector<int> trailing_timesteps(int num_timesteps, int steps) {
  detail::check_spacing("trailing_timesteps", num_timesteps, steps);
  std::vector<int> kept;
  for (int i = steps - 1; i >= 0; --i)
    kept.push_back(detail::round_half_even(std::int64_t{num_timesteps} * (steps - i), steps) - 1);
  return kept;
}

/// Steps round(i (T - 1) / (S - 1)), i = 0 .. S - 1, a half to the even number: 0 and T - 1 are
/// kept.
/// \throws std::invalid_argument unless 1 <= S <= T.
/// \see diffusers, timestep_spacing="linspace".
[[nodiscard]] inline std::vector<int> linspace_timesteps(int num_timesteps, int steps) {
  detail::check_spacing("linspace_timesteps", num_timesteps, steps);
  if (steps == 1) return {num_timesteps - 1};
  std::vector<int> kept;
  for (int i = 0; i < steps; ++i)
    kept.push_back(detail::round_half_even(std::int64_t{num_timesteps - 1} * i, steps - 1));
  return kept;
}

/// Steps floor(0.8 T (i / (S - 1))^2), i = 0 .. S - 1, dense at small t, up to 0.8 T; a step that
/// would repeat moves up to the one after the previous.
/// \throws std::invalid_argument unless 1 <= S <= T.
/// \see Song et al. 2021, "Denoising diffusion implicit models", appendix D.2; its code's
///      skip_type "quad".
[[nodiscard]] inline std::vector<int> quadratic_timesteps(int num_timesteps, int steps) {
  detail::check_spacing("quadratic_timesteps", num_timesteps, steps);
  if (steps == 1) return {num_timesteps - 1};
  std::vector<int> kept{0};
  for (int i = 1; i < steps; ++i)
    kept.push_back(std::max(kept.back() + 1, detail::floor_quadratic(num_timesteps, i, steps - 1)));
  return kept;
}

}  // namespace iddpm::schedule
