// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/places.hpp>

#include <cstddef>

/// \file
/// What reduce_samples.hpp adds up.

namespace iddpm {

/// K sums that are made together.
template <std::size_t K>
struct Sums {
  /// @{
  /// The sums, and their addition.
  double value[K] = {};

  KOKKOS_INLINE_FUNCTION Sums& operator+=(const Sums& other) {
    for (std::size_t k = 0; k < K; ++k) value[k] += other.value[k];
    return *this;
  }
  /// @}
};

/// The terms of K sums for a few elements from `first` on, kept apart so that they can be made side
/// by side: `terms(k, e)` is for element e.
template <std::size_t K, Real R, std::size_t Width>
struct Terms {
  /// @{
  /// Where the terms of element e go: `first` is the first element that waits.
  std::size_t first;
  alignas(64) R value[K][Width];

  KOKKOS_INLINE_FUNCTION R& operator()(std::size_t k, std::size_t e) { return value[k][e - first]; }
  KOKKOS_INLINE_FUNCTION R& operator()(std::size_t k, LaneOfFour e) { return value[k][e.lane]; }
  KOKKOS_INLINE_FUNCTION R& operator()(std::size_t k, Slot e) {
    return value[k][e.before + e.index];
  }
  /// @}
};

namespace detail {

// Sums of terms: element e goes to lane e mod 32, lanes are added pairwise at last.
template <std::size_t K>
class LaneSums {
 public:
  static constexpr std::size_t lanes = 32;

  /// Of the first additions that are not all of zeros, where there are `count` elements.
  static std::size_t first_width(std::size_t count) {
    std::size_t width = lanes / 2;
    while (width >= count && width > 0) width /= 2;
    return width;
  }

  template <Real R, std::size_t Width>
  void add(const Terms<K, R, Width>& terms, std::size_t count) {
    for (std::size_t k = 0; k < K; ++k) {
      if (Width % lanes == 0 && count == Width)
        for (std::size_t i = 0; i < Width; i += lanes)
          for (std::size_t l = 0; l < lanes; ++l)
            lane_[k][l] += static_cast<double>(terms.value[k][i + l]);
      else
        for (std::size_t i = 0; i < count; ++i)
          lane_[k][(terms.first + i) % lanes] += static_cast<double>(terms.value[k][i]);
    }
  }

  /// \param count so many elements were added, if fewer than lanes
  [[nodiscard]] Sums<K> sum(std::size_t count = lanes) {
    Sums<K> sums;
    for (std::size_t k = 0; k < K; ++k) {
      for (std::size_t width = first_width(count); width > 0; width /= 2)
        for (std::size_t l = 0; l < width; ++l) lane_[k][l] += lane_[k][l + width];
      sums.value[k] = lane_[k][0];
    }
    return sums;
  }

 private:
  alignas(64) double lane_[K][lanes] = {};
};

}  // namespace detail

}  // namespace iddpm

/// \cond
template <std::size_t K>
struct Kokkos::reduction_identity<iddpm::Sums<K>> {
  KOKKOS_FORCEINLINE_FUNCTION static iddpm::Sums<K> sum() { return {}; }
};
/// \endcond
