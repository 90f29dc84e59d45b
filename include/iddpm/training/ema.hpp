// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/for_each_tile.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace iddpm {

namespace detail {

/// Updates up to eight averages; a tile's parameters stay in the cache from one to the next.
template <Real R, ExecutionSpace Exec>
struct EmaUpdate {
  static constexpr std::size_t most = 8;

  Tensor<R, 1, Exec> parameters;
  Tensor<R, 2, Exec> averages;
  std::size_t first, count;
  Kokkos::Array<R, most> rest;  // 1 - rate

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end) const {
    const R* const p = parameters.data();
    for (std::size_t k = 0; k < count; ++k) {
      R* const a = averages.data() + (first + k) * averages.extent(1);
      for (std::size_t e = begin; e < end; ++e) a[e] = Kokkos::fma(rest[k], p[e] - a[e], a[e]);
    }
  }
};

}  // namespace detail

/// Exponential moving averages of flat parameters, one per rate, which are what one samples with:
/// average = r average + (1 - r) parameters. With a warm-up r = min(rate, (1 + n) / (10 + n)) after
/// n = 0, 1, ... updates, so that a young average forgets the initial weights; without, r = rate.
/// Several rates cost one reading of the parameters.
/// Source: Nichol & Dhariwal 2021, appendix A (rate 0.9999); improved_diffusion/nn.py, update_ema,
/// which has no warm-up; TensorFlow's ExponentialMovingAverage (num_updates), which has this one.
///
/// Example: `Ema<float, Exec> ema(exec, net.parameters(), {0.999, 0.9999});`
template <Real R, ExecutionSpace Exec>
class Ema {
 public:
  using Vector = Tensor<R, 1, Exec>;  ///< (N)

  /// Every average starts from the parameters as they are in the order of exec.
  /// \throws std::invalid_argument unless there is a rate and each is in [0, 1).
  Ema(const Exec& exec, const Vector& parameters, std::vector<double> rates, bool warm_up = true)
      : rates_(checked(std::move(rates))),
        warm_up_(warm_up),
        averages_(
            Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::training::ema_averages"),
            rates_.size(), parameters.extent(0)) {
    for (std::size_t k = 0; k < rates_.size(); ++k) Kokkos::deep_copy(exec, average(k), parameters);
  }

  /// One average.
  Ema(const Exec& exec, const Vector& parameters, double rate, bool warm_up = true)
      : Ema(exec, parameters, std::vector<double>{rate}, warm_up) {}

  /// Asynchronous on exec.
  /// \throws std::invalid_argument unless the extent is the averages'.
  void update(const Exec& exec, const Vector& parameters) {
    using Update = detail::EmaUpdate<R, Exec>;
    require(parameters.extent(0) == averages_.extent(1), "Ema::update", "parameters",
            "have " + std::to_string(averages_.extent(1)) + " elements", parameters.extent(0));
    for (std::size_t first = 0; first < rates_.size(); first += Update::most) {
      const std::size_t count = std::min(Update::most, rates_.size() - first);
      Update kernel{parameters, averages_, first, count, {}};
      for (std::size_t k = 0; k < count; ++k) kernel.rest[k] = rest(rates_[first + k]);
      for_each_tile("iddpm::training::ema_update", exec, 1, parameters.extent(0), kernel);
    }
    ++updates_;
  }

  /// The average of the k-th rate, (N): a part of averages().
  /// \throws std::invalid_argument unless there is a k-th rate.
  [[nodiscard]] Vector average(std::size_t k = 0) const {
    require(k < rates_.size(), "Ema::average", "k",
            "be below the number of rates (" + std::to_string(rates_.size()) + ")", k);
    return Kokkos::subview(averages_, k, Kokkos::ALL);
  }

  /// @{
  /// The state, to be saved and restored: the averages (K, N), and how often they were updated.
  [[nodiscard]] const Tensor<R, 2, Exec>& averages() const { return averages_; }
  [[nodiscard]] std::uint64_t updates() const { return updates_; }
  void set_updates(std::uint64_t updates) { updates_ = updates; }
  /// @}

 private:
  std::vector<double> rates_;
  bool warm_up_;
  Tensor<R, 2, Exec> averages_;
  std::uint64_t updates_ = 0;

  [[nodiscard]] R rest(double rate) const {
    const auto n = static_cast<double>(updates_);
    return static_cast<R>(1 - (warm_up_ ? std::min(rate, (1 + n) / (10 + n)) : rate));
  }

  static std::vector<double> checked(std::vector<double> rates) {
    require(!rates.empty(), "Ema", "rates", "hold at least one rate", "none");
    for (const double rate : rates)
      require(rate >= 0 && rate < 1, "Ema", "rate", "be in [0, 1)", rate);
    return rates;
  }
};

}  // namespace iddpm
