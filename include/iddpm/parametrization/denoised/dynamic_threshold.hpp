// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/detail/abs_quantile.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

namespace iddpm {

namespace detail {

// What is done to one sample: x times bound / s, cut at the bound.
template <Real R>
struct ThresholdedElement {
  R factor, bound;

  KOKKOS_INLINE_FUNCTION R operator()(R x) const {
    const R scaled = factor * x, above = scaled < -bound ? -bound : scaled;
    return above > bound ? bound : above;
  }
};

template <Real R, ExecutionSpace Exec>
struct StoreFactor {
  Tensor<R, 1, Exec> factors;
  double bound, largest;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, double s) const {
    factors(sample) = static_cast<R>(bound / (s > largest ? largest : s));
  }
};

/// A DynamicThreshold with the numbers of a batch's samples; copies share them, so one bound
/// object serves one execution space instance at a time.
template <Real R, ExecutionSpace Exec>
class BoundThreshold {
 public:
  using value_type = R;
  using execution_space = Exec;

  BoundThreshold(const Exec& exec, std::size_t samples, double quantile, double bound,
                 double largest)
      : factors_(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing,
                                    "iddpm::parametrization::dynamic_threshold"),
                 samples),
        quantile_(quantile),
        bound_(bound),
        largest_(largest) {}

  template <class Predicted>
  void measure(const Exec& exec, std::size_t samples, std::size_t size,
               const Predicted& predicted) const {
    constexpr bool on_host = Kokkos::SpaceAccessibility<Exec, Kokkos::HostSpace>::accessible;
    require(samples <= factors_.extent(0), "DynamicThreshold", "samples",
            "be at most the " + std::to_string(factors_.extent(0)) + " it is bound for", samples);
    abs_quantile<R, !on_host>("DynamicThreshold", "iddpm::parametrization::dynamic_threshold", exec,
                              samples, size, quantile_, bound_, predicted,
                              StoreFactor<R, Exec>{factors_, bound_, largest_});
  }

  KOKKOS_INLINE_FUNCTION ThresholdedElement<R> for_sample(std::size_t sample) const {
    return {factors_(sample), static_cast<R>(bound_)};
  }

 private:
  Tensor<R, 1, Exec> factors_;  // (B): bound / s
  double quantile_, bound_, largest_;
};

}  // namespace detail

namespace denoised {

/// Dynamic thresholding of the predicted x_0. Per sample, s is the quantile of |x_0| over the
/// sample's elements, at least `bound` and at most `largest`; then x_0 <- clip(x_0, -s, s) bound /
/// s. The quantile is exact: linear between the sorted values around quantile (n - 1), as numpy's
/// and torch's. With quantile 1 and largest = bound this is Clip(-bound, bound).
///
/// A sampler's kernel does not divide: bound / s is made once per sample, and multiplies; the
/// clip, to the bound, comes after. A sample that holds a NaN becomes NaN as a whole (its s is), as
/// in torch; where s is infinite, finite elements become 0 and infinite ones NaN.
/// \param quantile in (0, 1]; the paper's 0.995
/// \param bound the largest magnitude of the data
/// \param largest the largest s; values beyond it are cut
/// \throws std::invalid_argument unless 0 < quantile <= 1 and 0 < bound <= largest, bound finite.
/// \see Saharia et al. 2022 (Imagen), section 2.3 and appendix.
class DynamicThreshold {
 public:
  /// With the numbers of the formula above.
  explicit DynamicThreshold(double quantile = 0.995, double bound = 1,
                            double largest = std::numeric_limits<double>::infinity())
      : quantile_(quantile), bound_(bound), largest_(largest) {
    require(quantile > 0 && quantile <= 1, "DynamicThreshold", "quantile", "be in (0, 1]",
            quantile);
    require(bound > 0 && std::isfinite(bound), "DynamicThreshold", "bound",
            "be positive and finite", bound);
    require(largest >= bound, "DynamicThreshold", "largest", "be at least bound", largest);
  }

  /// The processing of batches of up to `samples` samples of R on `exec`, with its workspace.
  template <Real R, ExecutionSpace Exec>
  [[nodiscard]] iddpm::detail::BoundThreshold<R, Exec> bind(const Exec& exec,
                                                            std::size_t samples) const {
    return {exec, samples, quantile_, bound_, largest_};
  }

 private:
  double quantile_, bound_, largest_;
};

}  // namespace denoised

}  // namespace iddpm
