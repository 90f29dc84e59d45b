// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/network_timesteps.hpp>

#include <optional>
#include <vector>

namespace iddpm::detail {

/// Where each sample of a batch starts; nothing where all take part from the beginning.
template <ExecutionSpace Exec>
class Starts {
 public:
  Starts(const Exec& exec, const std::vector<double>& starts) {
    if (!starts.empty()) rows_.emplace(exec, starts, 1);
  }

  /// Who waits in a transition from t.
  [[nodiscard]] Waiting waiting(double t) const {
    return rows_ ? Waiting{rows_->at(0).data(), t} : Waiting{};
  }

 private:
  std::optional<TimestepRows<double, Exec>> rows_;
};

}  // namespace iddpm::detail
