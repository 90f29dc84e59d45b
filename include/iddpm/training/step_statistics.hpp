// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/training/detail/read_on_host.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

/// \file
/// What training steps do, gathered where they run: the host waits only when it asks.

namespace iddpm {

/// What some steps of a training did. Losses that are not finite, and the norms of gradients that
/// are not, are left out of means; a mean of nothing is NaN.
struct TrainingSummary {
  std::uint64_t steps = 0;               ///< that were made
  double loss = 0;                       ///< mean over the steps of a batch's, before weighting
  double loss_deviation = 0;             ///< its standard deviation from step to step
  double mse = 0;                        ///< the mse's part of the loss
  double vb = 0;                         ///< the bound's part
  std::array<double, 4> quarter_loss{};  ///< mean by quarter of 0 .. T - 1
  double gradient_norm = 0;              ///< mean, before clipping
  double gradient_norm_max = 0;          ///< the largest
  double clipped = 0;                    ///< share of steps whose gradient was clipped, in [0, 1]
  std::uint64_t non_finite_losses = 0;   ///< since the training began
  std::uint64_t skipped_steps = 0;       ///< since the training began
};

namespace detail {

/// Sums over steps, by their places.
enum : std::size_t {
  total_steps,
  total_measured,  // with a finite loss
  total_loss,
  total_loss_square,
  total_mse,
  total_vb,
  total_quarter,                            // four sums
  total_quarter_count = total_quarter + 4,  // four counts
  total_norms = total_quarter_count + 4,    // finite ones
  total_norm,
  total_norm_max,
  total_clipped,
  totals
};

/// The sums of a batch: finite losses, their number, mse, vb, and by quarter of t.
template <class Vector, class Timesteps>
struct SumsOfStep {
  static constexpr std::size_t count = 12;
  Vector loss, mse, vb;
  Timesteps t;
  int num_timesteps;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end,
                                         Sums<count>& sums) const {
    for (std::size_t b = begin; b < end; ++b) {
      if (!(loss(b) - loss(b) == 0)) continue;
      const auto part = static_cast<std::int64_t>(t(b)) * 4 / num_timesteps;
      const auto quarter = static_cast<std::size_t>(part < 0 ? 0 : part > 3 ? 3 : part);
      sums.value[0] += static_cast<double>(loss(b));
      sums.value[1] += 1;
      sums.value[2] += static_cast<double>(mse(b));
      sums.value[3] += static_cast<double>(vb(b));
      sums.value[4 + quarter] += static_cast<double>(loss(b));
      sums.value[8 + quarter] += 1;
    }
  }
};

template <ExecutionSpace Exec, class Factor>
struct AddStep {
  Tensor<double, 1, Exec> total;
  Tensor<double, 0, Exec> norm;
  Factor factor;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, const Sums<12>& sums) const {
    total(total_steps) += 1;
    const double n = sums.value[1];
    if (n > 0) {
      const double loss = sums.value[0] / n;
      total(total_measured) += 1;
      total(total_loss) += loss;
      total(total_loss_square) += loss * loss;
      total(total_mse) += sums.value[2] / n;
      total(total_vb) += sums.value[3] / n;
      for (std::size_t q = 0; q < 8; ++q) total(total_quarter + q) += sums.value[4 + q];
    }
    if (norm() - norm() == 0) {
      total(total_norms) += 1;
      total(total_norm) += norm();
      if (norm() > total(total_norm_max)) total(total_norm_max) = norm();
    }
    if (factor() > 0 && factor() < 1) total(total_clipped) += 1;
  }
};

}  // namespace detail

/// Gathers what a Trainer's steps do. `add` after every step is one small kernel; `take` waits.
///
/// Example: `StepStatistics<Exec> statistics(exec);  trainer.step(...); statistics.add(exec,
/// trainer);  const TrainingSummary summary = statistics.take(exec, trainer);`
template <ExecutionSpace Exec>
class StepStatistics {
 public:
  /// With nothing gathered yet.
  explicit StepStatistics(const Exec& exec)
      : total_(Kokkos::view_alloc(exec, "iddpm::training::statistics"), detail::totals) {}

  /// Takes the last step of a trainer. Asynchronous on exec.
  template <class Trainer>
  void add(const Exec& exec, const Trainer& trainer) const {
    const auto& losses = trainer.losses();
    using Vector = typename Trainer::Vector;
    const detail::SumsOfStep<Vector, Tensor<int, 1, Exec>> sums{
        losses.loss, losses.mse, losses.vb, trainer.timesteps(), trainer.process().num_timesteps()};
    const detail::AddStep<Exec, std::decay_t<decltype(trainer.gradient_factor())>> finish{
        total_, trainer.gradient_norm(), trainer.gradient_factor()};
    reduce_samples<12>("iddpm::training::statistics", exec, 1, losses.loss.extent(0), sums, finish);
  }

  /// What was added since the last call, which then is forgotten; waits for exec.
  template <class Trainer>
  [[nodiscard]] TrainingSummary take(const Exec& exec, const Trainer& trainer) const {
    const auto host = detail::read_on_host(exec, total_);
    const auto mean = [&](std::size_t sum, std::size_t count) { return host(sum) / host(count); };
    TrainingSummary summary;
    summary.steps = static_cast<std::uint64_t>(host(detail::total_steps));
    summary.loss = mean(detail::total_loss, detail::total_measured);
    const double square = mean(detail::total_loss_square, detail::total_measured);
    summary.loss_deviation = std::sqrt(std::max(square - summary.loss * summary.loss, 0.0));
    summary.mse = mean(detail::total_mse, detail::total_measured);
    summary.vb = mean(detail::total_vb, detail::total_measured);
    for (std::size_t q = 0; q < 4; ++q)
      summary.quarter_loss[q] = mean(detail::total_quarter + q, detail::total_quarter_count + q);
    summary.gradient_norm = mean(detail::total_norm, detail::total_norms);
    summary.gradient_norm_max = host(detail::total_norms) > 0
                                    ? host(detail::total_norm_max)
                                    : std::numeric_limits<double>::quiet_NaN();
    summary.clipped = mean(detail::total_clipped, detail::total_steps);
    summary.non_finite_losses = detail::read_on_host(exec, trainer.non_finite_losses())();
    summary.skipped_steps = detail::read_on_host(exec, trainer.skipped_steps())();
    Kokkos::deep_copy(exec, total_, 0.0);
    return summary;
  }

 private:
  Tensor<double, 1, Exec> total_;
};

}  // namespace iddpm
