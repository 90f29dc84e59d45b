// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/device_coefficients.hpp>

namespace iddpm {

/// A transition of a run, between any two noise levels, as a sampler is told it in place of a
/// timestep of the table: its row in double, and which samples do not take part yet.
struct TransitionRow {
  Coefficients<double> row;  ///< of the transition, for the whole batch
  Waiting waiting = {};      ///< the samples that do not take part yet
};

}  // namespace iddpm
