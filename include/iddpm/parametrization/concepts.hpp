// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>

#include <concepts>
#include <cstddef>

/// \file
/// What a network predicts. Three independent choices, each a handful of element formulas on one
/// row `c` of coefficients; a user's own policy is a struct with the same functions.
///
/// A mean type says what the mean part of the output is (`predicted` is the processed x_0):
/// | expression                                    | meaning                                     |
/// |-----------------------------------------------|---------------------------------------------|
/// | `M::target(c, x_start, x_t, noise)`           | a perfect network's output: the mse's target |
/// | `M::x_start(c, x_t, output)`                  | the predicted x_0, before it is processed   |
/// | `M::mean(c, x_t, predicted, output)`          | the mean of p(x_{t-1} | x_t)                 |
/// | `M::mean_error(c, x_start, x_t, predicted, output)` | the posterior's mean minus that       |
/// | `M::mean_slope(c)`                            | d mean / d output where x_0 is not processed |
/// | `M::x_start_slope(c)`                         | d x_start / d output, for loss weights      |
/// | `M::needs_noise`                              | does the target need the noise in x_t?      |
/// | `M::is_of_table` (optional) | true: has a meaning for the table's own transitions only  |
/// Models: mean::Epsilon, mean::StartX, mean::PreviousX, mean::Velocity.
///
/// A variance type says what the variance is; `v` is the output's variance part (0 if fixed):
/// | expression                  | meaning                                                     |
/// |-----------------------------|-------------------------------------------------------------|
/// | `V::is_learned`             | whether the network's output has a variance part            |
/// | `V::variance(c, v)`         | variance of p(x_{t-1} | x_t)                                 |
/// | `V::log_variance(c, v)`     | its logarithm, in nats (clipped at t = 0 where fixed)        |
/// | `V::deviation(c, v)`        | exp(log_variance / 2), what a sampler's noise is scaled by   |
/// | `V::log_variance_ratio(c, v)` | log_variance minus that of FixedSmall, not by subtraction |
/// | `V::log_variance_slope(c)`  | d log_variance / d v                                         |
/// Models: variance::FixedSmall, variance::FixedLarge, variance::Learned, variance::LearnedRange.
///
/// A processing of the predicted x_0 is of one of two kinds. An element processing is any
/// `denoised(x)` on one element. Models: denoised::Clip, denoised::Identity, denoised::Then.
///
/// A per-sample processing needs a number of the whole sample first, so it is bound to a batch:
/// | expression                                    | meaning                                     |
/// |-----------------------------------------------|---------------------------------------------|
/// | `d.template bind<R>(exec, samples)`           | an object that owns the samples' numbers    |
/// | `bound.measure(exec, samples, size, predicted)` | launches what makes them                  |
/// | `bound.for_sample(sample)`                    | in a kernel after it: an element processing |
/// | `bound::value_type`, `bound::execution_space` | R and the type of exec                      |
/// where `predicted(sample, element)` is a device functor, x_0 before it is processed. A bound
/// object is accepted wherever a processing is. Models: denoised::DynamicThreshold.
/// Operations take either kind by the functions of denoised/binding.hpp.

namespace iddpm {

template <class M>
concept MeanType = requires(const Coefficients<double>& c, double x) {
  { M::target(c, x, x, x) } -> std::same_as<double>;
  { M::x_start(c, x, x) } -> std::same_as<double>;
  { M::mean(c, x, x, x) } -> std::same_as<double>;
  { M::mean_error(c, x, x, x, x) } -> std::same_as<double>;
  { M::mean_slope(c) } -> std::same_as<double>;
  { M::x_start_slope(c) } -> std::same_as<double>;
  { M::needs_noise } -> std::convertible_to<bool>;
};

template <class V>
concept VarianceType = requires(const Coefficients<double>& c, double v) {
  { V::is_learned } -> std::convertible_to<bool>;
  { V::variance(c, v) } -> std::same_as<double>;
  { V::log_variance(c, v) } -> std::same_as<double>;
  { V::deviation(c, v) } -> std::same_as<double>;
  { V::log_variance_ratio(c, v) } -> std::same_as<double>;
  { V::log_variance_slope(c) } -> std::same_as<double>;
};

/// A processing of one element of the predicted x_0 alone.
template <class D>
concept ElementDenoised = std::copy_constructible<D> &&
    requires(const D& denoised, float f, double d) {
  { denoised(f) } -> std::convertible_to<float>;
  { denoised(d) } -> std::convertible_to<double>;
};

/// A per-sample processing, bound to the samples of a batch.
template <class D>
concept BoundDenoised = std::copyable<D> && Real<typename D::value_type> &&
    ExecutionSpace<typename D::execution_space> &&
    requires(const D& bound, const typename D::execution_space& exec, std::size_t n,
             typename D::value_type (*predicted)(std::size_t, std::size_t)) {
  bound.measure(exec, n, n, predicted);
  { bound.for_sample(n) } -> ElementDenoised;
};

/// A processing that needs a number of the whole sample.
template <class D>
concept PerSampleDenoised = std::copyable<D> &&
    requires(const D& denoised, const Kokkos::DefaultExecutionSpace& exec, std::size_t samples) {
  { denoised.template bind<float>(exec, samples) } -> BoundDenoised;
  { denoised.template bind<double>(exec, samples) } -> BoundDenoised;
};

/// Any processing of the predicted x_0.
template <class D>
concept Denoised = ElementDenoised<D> || PerSampleDenoised<D> || BoundDenoised<D>;

}  // namespace iddpm
