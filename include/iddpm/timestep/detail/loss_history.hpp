// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/timestep/uniform.hpp>

#include <cstddef>
#include <cstdint>

/// \file
/// The state and the kernels of timestep::LossSecondMoment.

namespace iddpm {

namespace detail {

/// What LossSecondMoment knows: T rows of H losses.
template <ExecutionSpace Exec>
struct LossHistory {
  Tensor<double, 2, Exec> losses;           // (T, H), the oldest first
  Tensor<int, 1, Exec> counts;              // (T), losses in each row
  Tensor<double, 1, Exec> p, cdf;           // (T)
  Tensor<int, 0, Exec> is_weighted;         // 0: every t is as likely
  Tensor<std::uint64_t, 0, Exec> rejected;  // losses that did not enter
};

KOKKOS_INLINE_FUNCTION bool is_finite(double x) { return x - x == 0; }

/// Work item t < T takes the losses of timestep t, in the order of the batch, and leaves its root
/// mean square in p(t); work item T counts the rejected ones.
template <ExecutionSpace Exec, View T, View Loss>
struct RecordLosses {
  LossHistory<Exec> history;
  T t;
  Loss loss;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t index) const {
    if (index == history.counts.extent(0)) return count_rejected();
    int count = Kokkos::max(0, Kokkos::min(history.counts(index), size()));
    for (std::size_t b = 0; b < t.extent(0); ++b)
      if (t(b) == static_cast<int>(index) && is_finite(value(b))) push(index, count, value(b));
    history.counts(index) = count;
    double squares = 0;
    for (int k = 0; k < size(); ++k) squares += at(index, k) * at(index, k);
    history.p(index) = Kokkos::sqrt(squares / size());
  }

 private:
  KOKKOS_INLINE_FUNCTION int size() const { return static_cast<int>(history.losses.extent(1)); }

  KOKKOS_INLINE_FUNCTION double value(std::size_t b) const { return static_cast<double>(loss(b)); }

  KOKKOS_INLINE_FUNCTION double& at(std::size_t row, int k) const {
    return history.losses(row, static_cast<std::size_t>(k));
  }

  KOKKOS_INLINE_FUNCTION void push(std::size_t row, int& count, double newest) const {
    if (count == size())
      for (int k = 1; k < count; ++k) at(row, k - 1) = at(row, k);
    else
      ++count;
    at(row, count - 1) = newest;
  }

  KOKKOS_INLINE_FUNCTION void count_rejected() const {
    const int num_timesteps = static_cast<int>(history.counts.extent(0));
    for (std::size_t b = 0; b < t.extent(0); ++b)
      if (t(b) < 0 || t(b) >= num_timesteps || !is_finite(value(b))) ++history.rejected();
  }
};

/// Turns the weights in p into probabilities and their sums, by one work item: one fixed order.
template <ExecutionSpace Exec>
struct NormalizeWeights {
  LossHistory<Exec> history;
  double uniform_share;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t) const {
    const std::size_t n = history.p.extent(0);
    const int size = static_cast<int>(history.losses.extent(1));
    bool full = true;
    double sum = 0, total = 0;
    for (std::size_t t = 0; t < n; ++t) {
      full = full && history.counts(t) == size;
      sum += history.p(t);
    }
    const bool is_weighted = full && sum > 0 && is_finite(sum);
    const double each = 1 / static_cast<double>(n);
    for (std::size_t t = 0; t < n; ++t) {
      double& p = history.p(t);
      p = is_weighted ? (1 - uniform_share) * (p / sum) + uniform_share * each : each;
      total += p;
      history.cdf(t) = total;
    }
    history.is_weighted() = is_weighted;
  }
};

template <ExecutionSpace Exec, View T, View Weight>
struct WeightedTimesteps {
  LossHistory<Exec> history;
  WeightedUniformTimesteps<T, Weight> uniform;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample) const {
    if (history.is_weighted() == 0) return uniform(sample);
    const double u = uniform_unit(words(uniform.timesteps.draw, sample, 0)[0]);
    std::size_t t = 0, last = history.cdf.extent(0) - 1;  // the last is taken where none is above u
    while (t < last) {
      const std::size_t middle = (t + last) / 2;
      if (history.cdf(middle) > u)
        last = middle;
      else
        t = middle + 1;
    }
    using R = typename Weight::value_type;
    const double num_timesteps = uniform.timesteps.num_timesteps;
    uniform.timesteps.t(sample) = static_cast<int>(t);
    uniform.weight(sample) = static_cast<R>(1 / (num_timesteps * history.p(t)));
  }
};

}  // namespace detail

}  // namespace iddpm
