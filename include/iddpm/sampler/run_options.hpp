// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/path.hpp>

#include <vector>

namespace iddpm {

/// What part of a run is wanted, and where it goes.
struct RunOptions {
  bool wants_x_start = false;  ///< each transition also writes the processed predicted x_0

  /// The transition to begin with: x comes as the state before it; the noise of the others stays
  /// what it is in a whole run.
  int first = 0;

  /// The timesteps to visit, in order, the beginning and the end among them; -1 is x_0. None: every
  /// one of the process, T - 1 .. 0, then x_0. Where they rise, noise is added (a jump of RePaint),
  /// `noise.renoising(k)`. See process/times.hpp.
  Times times = {};

  /// Where sample b starts: it stays as it is (and its predicted x_0 unwritten) until the run first
  /// comes to its timestep, or beyond it. None: all take part from the beginning.
  std::vector<double> starts = {};

  /// The run goes on from `first` with what another one had kept: its buffers (see
  /// Progressive::memory) are written before the next step.
  bool resumes = false;

  /// Where it resumes: the transition that the other run had begun with.
  int began = 0;
};

}  // namespace iddpm
