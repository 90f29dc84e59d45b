// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

#include <type_traits>

/// \file
/// The role of an observer: told on the host, after each transition was queued, where a run is.
///
/// | expression                    | meaning                                                  |
/// |-------------------------------|----------------------------------------------------------|
/// | `O::wants_x_start` (optional) | true: the loop also writes the processed predicted x_0   |
/// | `o(exec, step, x, x_start)`   | x holds the new state; x_start is empty unless wanted    |
///
/// What an observer writes into x, in the order of exec, is what the next transition begins with.
/// One that returns bool stops the run with false; one that returns nothing never does. The Views
/// are the loop's own and asynchronous on exec: an observer that reads them on the host copies them
/// on exec and fences exec; one that does not, costs nothing.

namespace iddpm {

/// Where a run is: transition `index` of `count`, from timestep t to t_next (-1: to x_0).
struct SamplingStep {
  int index = -1;
  int count = 0;
  double t = 0;
  double t_next = 0;  ///< above t where the run went back to more noise
  /// Of the transition between the two: alpha_bar is the noisier one's, alpha_bar_prev the other's.
  Coefficients<double> row{};
};

/// Sees nothing: the default.
struct NullObserver {
  static constexpr bool wants_x_start = false;

  template <class Exec, class X>
  void operator()(const Exec&, const SamplingStep&, const X&, const X&) const {}
};

namespace detail {

template <class Observer>
constexpr bool wants_x_start() {
  if constexpr (requires { Observer::wants_x_start; })
    return Observer::wants_x_start;
  else
    return false;
}

// False: the run is to stop.
template <class Observer, class Exec, class X>
bool notify(Observer& observer, const Exec& exec, const SamplingStep& step, const X& x,
            const X& x_start) {
  if constexpr (std::is_same_v<decltype(observer(exec, step, x, x_start)), bool>) {
    return observer(exec, step, x, x_start);
  } else {
    observer(exec, step, x, x_start);
    return true;
  }
}

}  // namespace detail

}  // namespace iddpm
