// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/sampler/concepts.hpp>

#include <utility>
#include <vector>

namespace iddpm::sampler {

/// Multistep consistency sampling: x_s = alpha_s D + sigma_s noise, and D at the end. For a network
/// whose predicted x_0 is a consistency function (distilled: the x_0 at the end of the ODE from
/// x_t); of any other its samples vary too little. The function's skip and output scalings, which
/// make it the identity at x_0, belong to the denoiser. One call per step, nothing kept.
/// \see Song et al. 2023, "Consistency models", algorithm 1; Luo et al. 2023 (LCM), algorithm 3.
template <Denoised D = denoised::Clip>
class Lcm {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.is_stochastic = true};

  explicit Lcm(D denoised = D{}) : denoised_(std::move(denoised)) {}
  [[nodiscard]] const D& denoised() const { return denoised_; }

  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    return {{.t = path[k].t,
             .writes = {{{.to = 0, .x_start = path[k + 1].alpha, .noise = path[k + 1].sigma}}}}};
  }
  /// @}

 private:
  D denoised_;
};

}  // namespace iddpm::sampler
