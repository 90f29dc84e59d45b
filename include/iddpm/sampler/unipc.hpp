// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/exp.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/phi.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace iddpm {

namespace detail {

/// The weights w_i of (D_i - D) / r_i in a step of UniPC, so that the sum over i of
/// w_i r_i^{n-1} = n! phi_{n+1}(-h) / phi_1(-h) for n = 1 .. count: Gauss' elimination.
inline std::array<double, 3> unipc_weights(const std::array<double, 3>& r, std::size_t count,
                                           double h) {
  std::array<std::array<double, 4>, 3> rows{};
  double factorial = 1;
  for (std::size_t n = 0; n < count; ++n) {
    factorial *= static_cast<double>(n + 1);
    for (std::size_t i = 0; i < count; ++i) rows[n][i] = n == 0 ? 1 : rows[n - 1][i] * r[i];
    rows[n][count] = factorial * phi(static_cast<int>(n) + 2, -h) / phi(1, -h);
  }
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t n = i + 1; n < count; ++n)
      for (std::size_t j = count + 1; j-- > i;)
        rows[n][j] = std::fma(-rows[n][i] / rows[i][i], rows[i][j], rows[n][j]);
  std::array<double, 3> w{};
  for (std::size_t i = count; i-- > 0;) {
    w[i] = rows[i][count];
    for (std::size_t j = i + 1; j < count; ++j) w[i] = std::fma(-rows[i][j], w[j], w[i]);
    w[i] /= rows[i][i];
  }
  return w;
}

}  // namespace detail

namespace sampler {

/// UniPC of order p = 1 .. 3 for the predicted x_0, D: a predictor (UniP-p) from D_t and the p - 1
/// before it, and a corrector (UniC-p) of the same step, for which the next step's call serves.
/// With h the growth of lambda, r_i = (lambda_i - lambda_t) / h, and weights w that the r_i solve
/// for (detail::unipc_weights),
///
///     x_s = (sigma_s / sigma_t) x_t + alpha_s (1 - e^{-h}) (D_t + sum_i w_i (D_i - D_t) / r_i),
///
/// where i counts the earlier ones, and in the corrector D_s too (r = 1). Order p + 1, one call per
/// step, three Views kept. Towards x_0 the order falls to 2, then 1, and begins at 1.
/// \throws std::invalid_argument unless order is 1, 2 or 3.
/// \see Zhao et al. 2023, "UniPC", algorithms 1 and 2, for the x_0 prediction of appendix A. All
///      weights are solved for, so nothing depends on its choice of B(h).
template <Denoised D = denoised::Clip>
class UniPc {
 public:
  /// @{
  /// What makes it a Solver; see sampler/concepts.hpp.
  static constexpr SolverShape shape{.kept = 3, .reads = 3, .writes = 3, .x_start_history = 2};

  explicit UniPc(int order = 3, D denoised = D{}) : order_(order), denoised_(std::move(denoised)) {
    require(order >= 1 && order <= 3, "UniPc", "order", "be 1, 2 or 3", order);
  }
  [[nodiscard]] const D& denoised() const { return denoised_; }
  /// @}

  // Buffer 1 holds what the corrector adds to the state but for the part of the D that is not known
  // yet: to x, for that may have been replaced. 2 and 3 are the last two D, the older one first
  // overwritten.
  /// What makes it a Solver; see sampler/concepts.hpp.
  [[nodiscard]] std::vector<Stage> stages(const Path& path, int k) const {
    const bool corrects = path.history(k) > 0, is_corrected = path.left(k) > 1;
    Stage stage{.t = path[k].t, .reads = {corrects ? 1 : -1}};
    for (int i = 1; i < std::min(order_, path.history(k) + 1); ++i)
      stage.reads[static_cast<std::size_t>(i)] = buffer_of(k - i);
    const std::array<double, 3> w = weights(path, k, false);
    stage.writes[0] = step(path, k, corrects, w);
    if (is_corrected) stage.writes[1] = correction(path, k, w);
    if (is_corrected && order_ > 1) stage.writes[2] = {.to = buffer_of(k), .x_start = 1};
    return {stage};
  }

 private:
  static int buffer_of(int k) { return 2 + k % 2; }

  [[nodiscard]] int order_at(const Path& path, int k) const {
    return std::min({order_, path.history(k) + 1, path.left(k)});
  }

  // w_i / r_i for D_{k-1}, D_{k-2}, and last, where the step is corrected, for D_{k+1}.
  [[nodiscard]] std::array<double, 3> weights(const Path& path, int k, bool is_corrected) const {
    const auto earlier = static_cast<std::size_t>(order_at(path, k) - 1);
    const std::size_t count = earlier + (is_corrected ? 1 : 0);
    const double h = path.step(k);
    std::array<double, 3> r{1, 1, 1}, ratio{};
    for (std::size_t i = 0; i < earlier; ++i)
      r[i] = (path[k - 1 - static_cast<int>(i)].half_log_snr - path[k].half_log_snr) / h;
    if (count == 0) return ratio;
    const std::array<double, 3> w = detail::unipc_weights(r, count, h);
    for (std::size_t i = 0; i < earlier; ++i) ratio[i] = w[i] / r[i];
    if (is_corrected) ratio[2] = w[earlier];
    return ratio;
  }

  // alpha_s (1 - e^{-h}), which multiplies every D of a step.
  static double gain(const Path& path, int k) {
    return -path[k + 1].alpha * math::expm1(-path.step(k));
  }

  // Of D_{k+1} in the corrected state k + 1.
  [[nodiscard]] double newest_weight(const Path& path, int k) const {
    return gain(path, k) * weights(path, k, true)[2];
  }

  // The step from the state, which is x and, where the last step is corrected, buffer 1 and the
  // newest D's part more.
  [[nodiscard]] Combination step(const Path& path, int k, bool corrects,
                                 const std::array<double, 3>& w) const {
    const double of = gain(path, k);
    Combination sum{.to = 0,
                    .x_start = std::fma(-of, w[0] + w[1], path[k + 1].alpha),
                    .eps = path[k + 1].sigma,
                    .reads = {0, of * w[0], of * w[1]}};
    if (corrects) {
      sum.reads[0] = path[k + 1].sigma / path[k].sigma;
      sum.x_start = std::fma(sum.reads[0], newest_weight(path, k - 1), sum.x_start);
    }
    return sum;
  }

  // The corrector's step minus the predictor's, of weights w, but for D_{k+1}.
  [[nodiscard]] Combination correction(const Path& path, int k,
                                       const std::array<double, 3>& w) const {
    const double of = gain(path, k);
    const std::array<double, 3> to = weights(path, k, true);
    const double first = to[0] - w[0], second = to[1] - w[1];
    return {
        .to = 1, .x_start = -of * (first + second + to[2]), .reads = {0, of * first, of * second}};
  }

  int order_;
  D denoised_;
};

}  // namespace sampler

}  // namespace iddpm
