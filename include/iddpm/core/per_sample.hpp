// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <cstddef>
#include <string_view>

/// \file
/// A number that is one for the whole batch or one per sample: timesteps, weights.

namespace iddpm {

/// One value for the whole batch, or a rank-1 View of B values on `Exec`, each times `factor` (not
/// owned: the View must live until the kernels that use it are done).
template <class T, ExecutionSpace Exec>
class PerSample {
 public:
  /// One value. An integer that T cannot hold is taken for -1, which is no timestep.
  template <std::convertible_to<T> N>
  requires(!View<N>) PerSample(N value)  // NOLINT: a number is a valid argument as it is
      : value_(static_cast<T>(value)) {
    static_assert(std::floating_point<T> || !std::floating_point<N>,
                  "a timestep is a whole number, not float or double");
    if constexpr (std::integral<T> && std::integral<N>)
      if (static_cast<N>(value_) != value || (value_ < 0) != (value < N(0))) value_ = T(-1);
  }

  /// A value per sample.
  template <View V>
  PerSample(const V& values, T factor = T(1))  // NOLINT: so is a View
      : value_(factor), extent_(values.extent(0)), stride_(values.stride(0)) {
    static_assert(V::rank() == 1, "per-sample values are a View of rank 1");
    static_assert(std::same_as<value_t<V>, T>,
                  "timesteps are a View of int, weights one of the type that the batch is computed "
                  "in");
    static_assert(ViewOn<V, Exec>, "per-sample values lie in memory that exec can reach");
    static_assert(PlainView<V>,
                  "per-sample values are a View of plain memory, without MemoryTraits<Atomic> and "
                  "without an accessor of its own");
    uniform_ = false;
    // Of another type, it would be refused in the compiler's words before the sentence's.
    if constexpr (std::same_as<value_t<V>, T>) data_ = values.data();
  }

  /// One value for all samples?
  [[nodiscard]] KOKKOS_INLINE_FUNCTION bool is_uniform() const { return uniform_; }

  /// The value of a sample; on the host only where `is_uniform()`, else on Exec.
  KOKKOS_INLINE_FUNCTION T operator()(std::size_t sample) const {
    return uniform_ ? value_ : value_ * data_[sample * stride_];
  }

  /// \throws std::invalid_argument unless there is one value, or one per sample.
  void require_extent(std::string_view function, std::string_view name, std::size_t samples) const {
    if (uniform_ || extent_ == samples) return;
    require(false, function, name, "hold one value per sample (" + std::to_string(samples) + ")",
            extent_);
  }

 private:
  T value_;  // or the factor of the values
  bool uniform_ = true;
  const T* data_ = nullptr;
  std::size_t extent_ = 0;
  std::size_t stride_ = 1;
};

}  // namespace iddpm
