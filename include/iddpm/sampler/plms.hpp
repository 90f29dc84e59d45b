// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/finite_ratio.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace iddpm::sampler {

/// Pseudo linear multistep: DDIM's step with an E' in place of E that Adams and Bashforth's weights
/// make from the last four, (55 E - 59 E_1 + 37 E_2 - 9 E_3) / 24; fewer, by the lower rules, in
/// the second and third step; in the first (E + E_s) / 2 with a second call at its end. The weights
/// are those of steps of one length in lambda, so its order is 2. One call per step but the first,
/// three Views kept. The step to x_0 is of order 1.
/// \throws std::invalid_argument, in a run, at zero terminal SNR.
/// \see Liu et al. 2022, "Pseudo numerical methods for diffusion models", eqs. (9)-(13).
template <Denoised D = denoised::Clip>
class Plms {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.kept = 3, .reads = 3, .writes = 2};

  explicit Plms(D denoised = D{}) : denoised_(std::move(denoised)) {}
  [[nodiscard]] const D& denoised() const { return denoised_; }
  void check(const Path& path) const { detail::require_finite_ratio("Plms", path); }

  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    if (path[k + 1].sigma == 0) return {{.t = path[k].t, .writes = {first_order(path[k + 1])}}};
    if (path.history(k) == 0) return first_stages(path, k);
    static constexpr std::array<std::array<double, 4>, 3> adams_bashforth{
        {{3. / 2, -1. / 2},
         {23. / 12, -16. / 12, 5. / 12},
         {55. / 24, -59. / 24, 37. / 24, -9. / 24}}};
    const int back = std::min(path.history(k), 3);
    const auto& w = adams_bashforth[static_cast<std::size_t>(back - 1)];
    const NoiseLevel from = path[k], to = path[k + 1];
    const double of = std::fma(-to.alpha, from.ratio(), to.sigma);
    Stage stage{.t = from.t};
    Combination& sum = stage.writes[0];
    sum = {.to = 0, .x_start = to.alpha, .eps = std::fma(of, w[0], to.alpha * from.ratio())};
    for (std::size_t i = 0; i < static_cast<std::size_t>(back); ++i) {
      stage.reads[i] = buffer_of(k - 1 - static_cast<int>(i));
      sum.reads[i] = of * w[i + 1];
    }
    stage.writes[1] = {.to = buffer_of(k), .eps = 1};
    return {stage};
  }
  /// @}

 private:
  // The oldest of three is overwritten.
  static int buffer_of(int k) { return 1 + k % 3; }

  static std::vector<Stage> first_stages(const Path& path, int k) {
    const NoiseLevel from = path[k], to = path[k + 1];
    const double of = std::fma(-to.alpha, from.ratio(), to.sigma) / 2;
    Combination end = first_order(to);
    end.to = buffer_of(k + 1);
    return {{.t = from.t, .writes = {{end, {.to = buffer_of(k), .eps = 1}}}},
            {.t = to.t,
             .at = end.to,
             .reads = {0, buffer_of(k)},
             .writes = {{{.to = 0, .eps = of, .reads = {to.alpha / from.alpha, of}}}}}};
  }

  D denoised_;
};

}  // namespace iddpm::sampler
