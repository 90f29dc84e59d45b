// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/scaled_linear.hpp>
#include <iddpm/schedule/sigmoid.hpp>

#include <string>
#include <string_view>

namespace iddpm::schedule {

/// The schedule of that name with its usual arguments, for programs that learn the name at run
/// time: "linear", "cosine", "scaled_linear", "sigmoid".
/// \throws std::invalid_argument for another name, and where the schedule itself does.
/// \see improved_diffusion, get_named_beta_schedule.
[[nodiscard]] inline Custom named(std::string_view name, int num_timesteps) {
  if (name == "linear") return Custom(Linear(num_timesteps).betas());
  if (name == "cosine") return Custom(Cosine(num_timesteps).betas());
  if (name == "scaled_linear") return Custom(ScaledLinear(num_timesteps).betas());
  require(name == "sigmoid", "named", "name",
          "be one of \"linear\", \"cosine\", \"scaled_linear\", \"sigmoid\"",
          '"' + std::string(name) + '"');
  return Custom(Sigmoid(num_timesteps).betas());
}

}  // namespace iddpm::schedule
