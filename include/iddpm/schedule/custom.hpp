// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

namespace iddpm::schedule {

/// Any betas, each in (0, 1); the process that takes them checks them.
class Custom {
 public:
  explicit Custom(std::vector<double> betas) : betas_(std::move(betas)) {}

  [[nodiscard]] const std::vector<double>& betas() const { return betas_; }

 private:
  std::vector<double> betas_;
};

}  // namespace iddpm::schedule
