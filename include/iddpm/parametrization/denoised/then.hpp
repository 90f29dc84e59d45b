// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/concepts.hpp>

#include <utility>

namespace iddpm::denoised {

/// Two element processings of the predicted x_0, one after the other: second(first(x)). A function
/// of one's own, then a clip, is the reference's order: `Then{f, Clip{}}`.
/// \see improved_diffusion, p_mean_variance: process_xstart.
template <ElementDenoised First, ElementDenoised Second>
class Then {
 public:
  Then() = default;
  /// @{
  /// `first` and then `second`.
  Then(First first, Second second) : first_(std::move(first)), second_(std::move(second)) {}

  template <Real R>
  KOKKOS_INLINE_FUNCTION R operator()(R x) const {
    return static_cast<R>(second_(static_cast<R>(first_(x))));
  }
  /// @}

 private:
  First first_;
  Second second_;
};

}  // namespace iddpm::denoised
