// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

/// \file
/// The role of an observer: told on the host, after each transition was queued, where a run is.
///
/// | expression                    | meaning                                                  |
/// |-------------------------------|----------------------------------------------------------|
/// | `O::wants_x_start` (optional) | true: the loop also writes the processed predicted x_0   |
/// | `o.begin(exec, x)` (optional) | before the first transition; may refuse it by throwing   |
/// | `o(exec, step, x, x_start)`   | x holds the new state; x_start: see below                |
///
/// x_start is empty unless it is wanted, and after a jump, which predicts none. With starts of
/// their own (RunOptions::starts), samples that wait have zeros there until they first take part.
///
/// What an observer writes into x, in the order of exec, is what the next transition begins with.
/// One that returns bool stops the run with false; one that returns nothing never does. The Views
/// are the loop's own and asynchronous on exec: an observer that reads them on the host copies them
/// on exec and fences exec; one that does not, costs nothing.

namespace iddpm {

/// Where a run is: transition `index` of `count`, from timestep t to t_next (-1: to x_0).
struct SamplingStep {
  int index = -1;      ///< of the transition
  int count = 0;       ///< of transitions
  double t = 0;        ///< the timestep it led from
  double t_next = 0;   ///< and to; -1: to x_0
  bool rises = false;  ///< noise was added, and no network called (a jump of RePaint)
  /// @{
  /// Of the new state.
  double alpha_bar = 0, one_minus_alpha_bar = 1;
  /// @}
  /// Of the transition between the two: alpha_bar is the noisier one's, alpha_bar_prev the other's.
  /// (Of DdimReverse, t's row in the table.)
  Coefficients<double> row{};
};

/// Sees nothing: the default.
struct NullObserver {
  /// @{
  /// What makes it a RunObserver.
  static constexpr bool wants_x_start = false;

  template <class Exec, class X>
  void operator()(const Exec&, const SamplingStep&, const X&, const X&) const {}
  /// @}
};

template <class O, class Exec, class X>
concept RunObserver = requires(O& observer, const Exec& exec, const SamplingStep& step,
                               const X& x) {
  observer(exec, step, x, x);
};

namespace detail {

template <class Observer>
constexpr bool wants_x_start() {
  if constexpr (requires { std::remove_cvref_t<Observer>::wants_x_start; })
    return std::remove_cvref_t<Observer>::wants_x_start;
  else
    return false;
}

template <class Observer, class Exec, class X>
void begin(Observer& observer, const Exec& exec, const X& x) {
  if constexpr (requires { observer.begin(exec, x); }) observer.begin(exec, x);
}

// False: the run is to stop.
template <class Observer, class Exec, class X>
bool notify(Observer& observer, const Exec& exec, const SamplingStep& step, const X& x,
            const X& x_start) {
  if constexpr (std::is_void_v<decltype(observer(exec, step, x, x_start))>) {
    observer(exec, step, x, x_start);
    return true;
  } else {
    return static_cast<bool>(observer(exec, step, x, x_start));
  }
}

}  // namespace detail

/// Several observers as one, told one after the other; any of them stops the run. Those that are
/// variables are referred to. `Observers{inpainting, progress}`
template <class... Os>
class Observers {
 public:
  /// @{
  /// What makes it a RunObserver.
  static constexpr bool wants_x_start = (detail::wants_x_start<Os>() || ...);

  explicit Observers(Os&&... observers) : observers_(std::forward<Os>(observers)...) {}

  template <class Exec, class X>
  void begin(const Exec& exec, const X& x) {
    std::apply([&](auto&... each) { (detail::begin(each, exec, x), ...); }, observers_);
  }

  template <class Exec, class X>
  bool operator()(const Exec& exec, const SamplingStep& step, const X& x, const X& x_start) {
    bool goes_on = true;
    const auto tell = [&](auto& observer) {
      if (!detail::notify(observer, exec, step, x, x_start)) goes_on = false;
    };
    std::apply([&](auto&... each) { (tell(each), ...); }, observers_);
    return goes_on;
  }
  /// @}

 private:
  std::tuple<Os...> observers_;
};

/// Variables are referred to, temporaries kept.
template <class... Os>
Observers(Os&&...) -> Observers<Os...>;

}  // namespace iddpm
