// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bench {

/// What a number is worth nothing without: machine, compiler, flags, Kokkos, git state.
/// \pre Kokkos is initialized.
std::vector<std::pair<std::string, std::string>> context();

}  // namespace bench
