// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The role of an observer: told on the host, after each transition was queued, where a run is.
///
/// | expression                    | meaning                                                  |
/// |-------------------------------|----------------------------------------------------------|
/// | `O::wants_x_start` (optional) | true: the loop also writes the processed predicted x_0   |
/// | `o(exec, step, x, x_start)`   | x holds x_{t-1}; x_start is empty unless it was wanted   |
///
/// The Views are the loop's own and asynchronous on exec: an observer that reads them on the host
/// copies them on exec and fences exec; one that does not, costs nothing.

namespace iddpm {

/// Where a run is: transition `index` of `count`, from timestep t to t - 1.
struct SamplingStep {
  int index;
  int count;
  int t;
};

/// Sees nothing: the default.
struct NullObserver {
  static constexpr bool wants_x_start = false;

  template <class Exec, class X>
  void operator()(const Exec&, const SamplingStep&, const X&, const X&) const {}
};

}  // namespace iddpm
