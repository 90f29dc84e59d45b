// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <utility>

namespace iddpm {

/// An observer that copies each transition's processed predicted x_0 into a View, in the order of
/// exec. With that View as the condition of a Concatenated denoiser this is self-conditioning: the
/// network sees what it predicted last. The View holds zeros before a run's first transition; the
/// caller sees to that, before every run.
/// \see Chen et al. 2022 (analog bits).
template <View V>
class KeepXStart {
 public:
  static constexpr bool wants_x_start = true;  ///< it keeps the predicted x_0

  /// \param view (B, C, ...), as the run's x and of its type
  explicit KeepXStart(V view) : view_(std::move(view)) {}

  /// See sampler/observer.hpp. \throws std::invalid_argument unless the extents are x_start's.
  template <class Exec, class Step, class X, View X0>
  void operator()(const Exec& exec, const Step& step, const X&, const X0& x_start) const {
    if (step.rises) return;  // a jump predicts nothing
    require_same_shape("KeepXStart", "view", view_, "x_start", x_start);
    Kokkos::deep_copy(exec, view_, x_start);
  }

 private:
  V view_;
};

}  // namespace iddpm
