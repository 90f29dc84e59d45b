// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/process/network_timesteps.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

namespace iddpm::detail {

/// Where each sample of a batch starts: in the first transition from its timestep or, where the run
/// does not visit that, from beyond it. Nothing where all take part from the beginning.
template <ExecutionSpace Exec>
class Starts {
 public:
  Starts(const Exec& exec, const std::vector<double>& starts, const Times& times, bool ascends) {
    if (starts.empty()) return;
    std::vector<double> begins;
    for (const double start : starts) {
      const auto first = std::find_if(times.begin(), times.end(),
                                      [&](double t) { return ascends ? t >= start : t <= start; });
      require(first != times.end(), "sample", "starts",
              "each be at a timestep that the run comes to, or before it", start);
      begins.push_back(-static_cast<double>(std::distance(times.begin(), first)));
    }
    rows_.emplace(exec, begins, 1);
  }

  /// Who waits in transition k. By its number: a run that goes back to more noise comes by a
  /// timestep twice.
  [[nodiscard]] Waiting waiting(int k) const {
    return rows_ ? Waiting{rows_->at(0).data(), -static_cast<double>(k)} : Waiting{};
  }

 private:
  std::optional<TimestepRows<double, Exec>> rows_;
};

}  // namespace iddpm::detail
