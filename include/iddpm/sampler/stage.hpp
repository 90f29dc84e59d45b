// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/path.hpp>

#include <array>
#include <cstddef>
#include <limits>

/// \file
/// What a solver is made of: stages, each one call of the denoiser and one kernel after it.
///
/// The kernel has, of every element, the processed predicted x_0 and the eps that follows from it
/// (x = alpha x_0 + sigma eps at the level of the call), what a solver has kept in up to three
/// other Views, and a standard normal. What it writes are sums of these, with a weight each:
///
///     written = x_start D + eps E + reads[0] r0 + reads[1] r1 + reads[2] r2 + noise z
///
/// So a solver is its weights, in double, and every solver shares one kernel, one loop, and the
/// same noise. The state itself is buffer 0; a solver keeps what it needs in buffers 1, 2, ...

namespace iddpm {

/// Up to three buffers; -1: none.
class Buffers {
 public:
  /// @{
  /// The buffers, and each of the three.
  constexpr Buffers(int first = -1, int second = -1, int third = -1)  // NOLINT: a list of numbers
      : of_{first, second, third} {}

  constexpr int& operator[](std::size_t i) { return of_[i]; }
  constexpr int operator[](std::size_t i) const { return of_[i]; }
  /// @}

 private:
  std::array<int, 3> of_;
};

/// One of the sums that a stage writes.
struct Combination {
  int to = -1;  ///< the buffer; -1: none
  /// @{
  /// The weight of the processed x_0, of the eps that follows from it, of the noise, and of each
  /// buffer that is read.
  double x_start = 0, eps = 0, noise = 0;
  std::array<double, 3> reads{};
  /// @}
};

/// One call of the denoiser and the kernel after it.
struct Stage {
  double t = std::numeric_limits<double>::quiet_NaN();  ///< the timestep of the call
  int at = 0;                           ///< the buffer that the denoiser is called on
  Buffers reads = {};                   ///< those whose elements the sums need
  std::array<Combination, 3> writes{};  ///< up to three sums
  int noise_ahead = 0;  ///< 1: the noise of the next transition, whose beginning this stage makes
  /// Above 0: the stage is repeated, up to 100 times, until what writes[1] holds is by each
  /// sample's norm so small beside the state, in units of the epsilon of what is stored.
  double tolerance = 0;
};

/// Where a transition starts, for a solver that adds noise first: the path's state times `scale`,
/// plus `deviation` times the transition's noise. The last stage before it makes that.
struct TransitionStart {
  double t;  ///< the timestep of the noisier state
  /// @{
  /// What the state is multiplied by, and the added noise's deviation; whether that is any.
  double scale = 1, deviation = 0;

  [[nodiscard]] bool adds_noise() const { return scale != 1 || deviation != 0; }
  /// @}
};

/// What a solver's stages use at most: known at compile time, as each makes a kernel larger.
struct SolverShape {
  std::size_t kept = 0;    ///< buffers beside the state: 1 .. kept
  std::size_t reads = 0;   ///< of a stage
  std::size_t writes = 1;  ///< of a stage
  /// So many of the last buffers hold a processed x_0 and nothing else (written with x_start = 1),
  /// and so many of a stage's last reads are of them. Where the network's output is x_0, they are
  /// that output itself, and cost no write.
  std::size_t x_start_history = 0;
  bool is_stochastic = false;  ///< some stage has noise
  bool repeats = false;        ///< some stage has a tolerance
};

/// The first-order step: alpha D + sigma E at the level `to`, which is DDIM's with eta = 0.
/// \see Song et al. 2021, eq. (12).
[[nodiscard]] inline Combination first_order(const NoiseLevel& to) {
  return {.to = 0, .x_start = to.alpha, .eps = to.sigma};
}

}  // namespace iddpm
