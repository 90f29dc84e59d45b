// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace iddpm {

namespace detail {

template <Real R, ExecutionSpace Exec>
struct EmaUpdate {
  Tensor<R, 1, Exec> parameters, average;
  R rest;  // 1 - rate

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end) const {
    const R* const p = parameters.data();
    R* const a = average.data();
    for (std::size_t e = begin; e < end; ++e) a[e] = Kokkos::fma(rest, p[e] - a[e], a[e]);
  }
};

}  // namespace detail

/// The exponential moving average of flat parameters, which is what one samples with:
/// average = r average + (1 - r) parameters with r = min(rate, (1 + n) / (10 + n)) after n = 0, 1,
/// ... updates, so that a young average forgets the initial weights.
/// Source: Nichol & Dhariwal 2021, appendix A (rate 0.9999); TensorFlow's
/// ExponentialMovingAverage (num_updates).
template <Real R, ExecutionSpace Exec>
class Ema {
 public:
  using Vector = Tensor<R, 1, Exec>;

  /// Starts from the parameters as they are in the order of exec.
  /// \throws std::invalid_argument unless 0 <= rate < 1.
  Ema(const Exec& exec, const Vector& parameters, double rate)
      : rate_(checked(rate)),
        average_(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing,
                                    "iddpm::training::ema_average"),
                 parameters.extent(0)) {
    Kokkos::deep_copy(exec, average_, parameters);
  }

  /// Asynchronous on exec.
  /// \throws std::invalid_argument unless the extent is the average's.
  void update(const Exec& exec, const Vector& parameters) {
    require(parameters.extent(0) == average_.extent(0), "Ema::update", "parameters",
            "have " + std::to_string(average_.extent(0)) + " elements", parameters.extent(0));
    const auto n = static_cast<double>(updates_);
    const double rate = std::min(rate_, (1 + n) / (10 + n));
    for_each_tile("iddpm::training::ema_update", exec, 1, average_.extent(0),
                  detail::EmaUpdate<R, Exec>{parameters, average_, static_cast<R>(1 - rate)});
    ++updates_;
  }

  /// The state, to be sampled with, saved and restored.
  [[nodiscard]] const Vector& average() const { return average_; }
  [[nodiscard]] std::uint64_t updates() const { return updates_; }
  void set_updates(std::uint64_t updates) { updates_ = updates; }

 private:
  double rate_;
  Vector average_;
  std::uint64_t updates_ = 0;

  static double checked(double rate) {
    require(rate >= 0 && rate < 1, "Ema", "rate", "be in [0, 1)", rate);
    return rate;
  }
};

}  // namespace iddpm
