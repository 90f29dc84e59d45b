// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

/// \file
/// A (B, ...) View of any rank and layout as B samples of row-major elements. Element e of sample i
/// is the same logical element whatever the layout.

namespace iddpm {

/// What an element of a batch of T reads as: where T is const a number in the compute type of T
/// (Kokkos' 16-bit types convert to float on demand only), else a reference, to be written.
template <class T>
using element_t =
    std::conditional_t<std::is_const_v<T>, typename Compute<std::remove_const_t<T>>::type, T&>;

/// A batch whose samples are each contiguous and row-major; samples may lie apart.
template <class T>
struct Batch {
  using value_type = T;
  T* data = nullptr;
  std::size_t samples = 0;
  std::size_t size = 0;           ///< elements per sample
  std::size_t sample_stride = 0;  ///< elements from one sample to the next

  KOKKOS_INLINE_FUNCTION element_t<T> operator()(std::size_t sample, std::size_t element) const {
    return static_cast<element_t<T>>(data[sample * sample_stride + element]);
  }

  /// True where an optional argument was given.
  KOKKOS_INLINE_FUNCTION explicit operator bool() const { return data != nullptr; }

  /// The first or the second half of every sample: along (B, 2C, ...), channels [0, C) or [C, 2C).
  [[nodiscard]] Batch half(int which) const {
    return {data == nullptr || which == 0 ? data : data + size / 2, samples, size / 2,
            sample_stride};
  }
};

/// A batch of any strides: the slow twin of Batch, with the same numbers.
template <class T>
struct StridedBatch {
  using value_type = T;
  T* data = nullptr;
  std::size_t samples = 0;
  std::size_t size = 0;
  int rank = 0;                             ///< of one sample
  Kokkos::Array<std::size_t, 8> extents{};  ///< of one sample
  Kokkos::Array<std::size_t, 8> strides{};  ///< of one sample; [7] is from sample to sample

  KOKKOS_INLINE_FUNCTION element_t<T> operator()(std::size_t sample, std::size_t element) const {
    std::size_t offset = sample * strides[7];
    for (int r = rank - 1; r >= 0; --r) {
      const auto axis = static_cast<std::size_t>(r);
      offset += (element % extents[axis]) * strides[axis];
      element /= extents[axis];
    }
    return static_cast<element_t<T>>(data[offset]);
  }

  KOKKOS_INLINE_FUNCTION explicit operator bool() const { return data != nullptr; }

  [[nodiscard]] StridedBatch half(int which) const {
    StridedBatch part = *this;
    part.size /= 2;
    part.extents[0] /= 2;
    if (data != nullptr && which == 1) part.data += part.extents[0] * strides[0];
    return part;
  }
};

/// All elements of a batch by one index, sample after sample.
template <class B>
struct Flattened {
  B batch;

  KOKKOS_INLINE_FUNCTION auto operator()(std::size_t index) const {
    return batch(index / batch.size, index % batch.size);
  }
};

/// Elements per sample of a (B, ...) View: the product of all extents but the first.
template <View V>
[[nodiscard]] std::size_t sample_size(const V& view) {
  std::size_t size = 1;
  for (std::size_t r = 1; r < V::rank(); ++r) size *= view.extent(r);
  return size;
}

namespace detail {

template <View V>
bool has_contiguous_samples(const V& view) {
  std::size_t stride = 1;
  for (std::size_t r = V::rank(); r-- > 1; stride *= view.extent(r))
    if (view.extent(r) > 1 && view.stride(r) != stride) return false;
  return true;
}

template <View V>
Batch<typename V::value_type> contiguous(const V& view) {
  return {view.data(), view.extent(0), sample_size(view), view.stride(0)};
}

template <View V>
StridedBatch<typename V::value_type> strided(const V& view) {
  StridedBatch<typename V::value_type> batch{view.data(), view.extent(0), sample_size(view),
                                             static_cast<int>(V::rank()) - 1};
  batch.strides[7] = view.stride(0);
  for (std::size_t r = 1; r < V::rank(); ++r) {
    batch.extents[r - 1] = view.extent(r);
    batch.strides[r - 1] = view.stride(r);
  }
  return batch;
}

template <View... Vs>
inline constexpr bool all_row_major =
    (std::is_same_v<typename Vs::array_layout, Kokkos::LayoutRight> && ...);

}  // namespace detail

/// Calls `body(batch...)` with the Views as Batches where all are row-major inside a sample (by
/// type, or this once by their strides), else as StridedBatches: two forms, not one per layout.
/// \throws std::invalid_argument where a LayoutRight View is padded inside a sample.
template <class Body, View... Vs>
void visit_batches(std::string_view function, Body&& body, const Vs&... views) {
  static_assert(((Vs::rank() >= 1 && Vs::rank() <= 8) && ...),
                "a batch is a View of rank 1 to 8 whose first extent is the batch");
  const bool contiguous = (detail::has_contiguous_samples(views) && ...);
  if constexpr (detail::all_row_major<Vs...>) {
    require(contiguous, function, "every LayoutRight view", "be unpadded inside a sample",
            "a padded one");
    body(detail::contiguous(views)...);
  } else if (contiguous) {
    body(detail::contiguous(views)...);
  } else {
    body(detail::strided(views)...);
  }
}

}  // namespace iddpm
