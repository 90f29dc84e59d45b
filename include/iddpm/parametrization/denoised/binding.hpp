// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/concepts.hpp>

#include <cstddef>
#include <type_traits>

/// \file
/// How an operation applies a processing of the predicted x_0 without asking which kind it is:
///
///     const auto bound = bind_denoised<R>(exec, denoised, samples);     // allocates, if at all
///     measure_denoised(exec, bound, samples, size, predicted);          // one kernel, if at all
///     ... denoised_for(bound, sample)(x) ...                            // in the next kernel
///
/// For an element processing the first two do nothing. A loop binds once, then gives the bound
/// object to every step, which allocates nothing.

namespace iddpm {

/// A processing ready for batches of up to `samples` samples of R: a per-sample one with its
/// workspace; an element one, and one that is bound already, as it is.
template <Real R, ExecutionSpace Exec, Denoised D>
[[nodiscard]] auto bind_denoised(const Exec& exec, const D& denoised, std::size_t samples) {
  if constexpr (ElementDenoised<D>) {
    return denoised;
  } else if constexpr (BoundDenoised<D>) {
    static_assert(std::is_same_v<typename D::value_type, R>,
                  "a processing of x_0 is bound for the type, float or double, that it meets");
    static_assert(std::is_same_v<typename D::execution_space, Exec>,
                  "a processing of x_0 is bound for the execution space that it is used on");
    return denoised;
  } else {
    return denoised.template bind<R>(exec, samples);
  }
}

/// Measures the samples that the next kernel on `exec` processes; nothing for an element
/// processing. Asynchronous.
/// \param predicted a copyable device functor (sample, element) -> R: x_0 before it is processed
/// \throws std::invalid_argument where the processing is bound for fewer samples.
template <ExecutionSpace Exec, Denoised D, class Predicted>
void measure_denoised(const Exec& exec, const D& bound, std::size_t samples, std::size_t size,
                      const Predicted& predicted) {
  static_assert(ElementDenoised<D> || BoundDenoised<D>,
                "a per-sample processing of x_0 must be bound first: bind_denoised");
  if constexpr (!ElementDenoised<D>) bound.measure(exec, samples, size, predicted);
}

/// The element processing of one sample, in a kernel that comes after `measure_denoised`.
template <Denoised D>
KOKKOS_INLINE_FUNCTION auto denoised_for(const D& bound, std::size_t sample) {
  static_assert(ElementDenoised<D> || BoundDenoised<D>,
                "a per-sample processing of x_0 must be bound first: bind_denoised");
  if constexpr (ElementDenoised<D>)
    return bound;
  else
    return bound.for_sample(sample);
}

}  // namespace iddpm
