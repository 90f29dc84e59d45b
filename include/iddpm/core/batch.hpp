// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/places.hpp>
#include <iddpm/core/require.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
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

/// Does this build have a GPU? Then the samples of a Batch begin at, and hold, a multiple of four
/// elements, so that a thread accesses four at once.
inline constexpr bool batches_are_aligned =
    !std::is_same_v<Kokkos::DefaultExecutionSpace, Kokkos::DefaultHostExecutionSpace>;

namespace detail {

// What tells a GPU's compiler that four elements are one access.
template <class T>
struct alignas(4 * sizeof(T)) FourElements {
  T value[4];
};

template <class T>
using FourOf = std::conditional_t<std::is_const_v<T>, const FourElements<std::remove_const_t<T>>,
                                  FourElements<T>>;

}  // namespace detail

/// A batch whose samples are each contiguous and row-major; samples may lie apart.
template <class T>
struct Batch {
  /// @{
  /// Type, first element, and number of samples.
  using value_type = T;
  T* data = nullptr;
  std::size_t samples = 0;
  /// @}
  std::size_t size = 0;           ///< elements per sample
  std::size_t sample_stride = 0;  ///< elements from one sample to the next

  /// Element `element` of a sample, row-major.
  KOKKOS_INLINE_FUNCTION element_t<T> operator()(std::size_t sample, std::size_t element) const {
    return static_cast<element_t<T>>(data[sample * sample_stride + element]);
  }

  /// Where a run of places begins, and the stride from one to the next; see core/places.hpp.
  [[nodiscard]] T* run_begin(std::size_t sample, std::size_t element) const {
    return data + sample * sample_stride + element;
  }
  /// @{
  /// How far the elements of a run lie apart.
  [[nodiscard]] std::size_t run_stride(const Across&) const { return sample_stride; }
  [[nodiscard]] std::size_t run_stride(const Along&) const { return 1; }
  /// @}

  /// Elements 4 four .. 4 four + 3 of a sample, as one access of a GPU; see batches_are_aligned.
  KOKKOS_INLINE_FUNCTION detail::FourOf<T>& four(std::size_t sample, std::size_t four) const {
    return reinterpret_cast<detail::FourOf<T>*>(data + sample * sample_stride)[four];
  }

  // A copy of all four each time: compilers keep one.
  /// The same at a place that a kernel knows more about; see places.hpp.
  KOKKOS_INLINE_FUNCTION element_t<const T> operator()(std::size_t sample, LaneOfFour e) const {
    const auto all = four(sample, e.four);
    return static_cast<element_t<const T>>(all.value[e.lane]);
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
  /// @{
  /// Type, first element, number of samples, and elements of a sample.
  using value_type = T;
  T* data = nullptr;
  std::size_t samples = 0;
  std::size_t size = 0;
  /// @}
  int rank = 0;                                   ///< of one sample
  Kokkos::Array<std::size_t, 8> extents{};        ///< of one sample; [6] is the innermost
  Kokkos::Array<std::size_t, 8> strides{};        ///< likewise; [7] is from sample to sample
  Kokkos::Array<std::uint64_t, 8> reciprocals{};  ///< of the extents: ceil(2^64 / extent)
  std::size_t run = 0;                            ///< Along's, for all batches of one call
  bool is_across = false;                         ///< are samples innermost in memory?

  /// Element `element` of a sample, row-major whatever the strides.
  KOKKOS_INLINE_FUNCTION element_t<T> operator()(std::size_t sample, std::size_t element) const {
    return static_cast<element_t<T>>(data[offset(sample, element)]);
  }

  /// As Batch's.
  [[nodiscard]] T* run_begin(std::size_t sample, std::size_t element) const {
    return data + offset(sample, element);
  }
  /// @{
  /// As of Batch: strides of runs, whether it is there, and a half of its channels.
  [[nodiscard]] std::size_t run_stride(const Across&) const { return strides[7]; }
  [[nodiscard]] std::size_t run_stride(const Along&) const { return strides[6]; }

  KOKKOS_INLINE_FUNCTION explicit operator bool() const { return data != nullptr; }

  [[nodiscard]] StridedBatch half(int which) const {
    StridedBatch part = *this;
    part.size /= 2;
    part.extents[0] /= 2;
    if (rank == 1) part.extents[6] = part.extents[0];
    if (data != nullptr && which == 1) part.data += part.extents[0] * strides[0];
    return part;
  }
  /// @}

 private:
  KOKKOS_INLINE_FUNCTION std::size_t offset(std::size_t sample, std::size_t element) const {
    std::size_t offset = sample * strides[7];
    for (int r = rank - 1; r > 0; --r) {
      const auto axis = static_cast<std::size_t>(r);
      const std::size_t quotient = divided(element, axis);
      offset += (element - quotient * extents[axis]) * strides[axis];
      element = quotient;
    }
    return offset + element * strides[0];
  }

  // n / extents[axis], for small n by the reciprocal: exact, for its error is below 2^-32.
  KOKKOS_INLINE_FUNCTION std::size_t divided(std::size_t n, std::size_t axis) const {
    if ((n >> 32) != 0) return n / extents[axis];
    const std::uint64_t high = reciprocals[axis] >> 32, low = reciprocals[axis] & 0xffffffffu;
    return (n * high + ((n * low) >> 32)) >> 32;
  }
};

/// All elements of a batch by one index, sample after sample.
template <class B>
struct Flattened {
  /// @{
  /// The batch, and its element of an index that counts through all samples.
  B batch;

  KOKKOS_INLINE_FUNCTION auto operator()(std::size_t index) const {
    return batch(index / batch.size, index % batch.size);
  }
  /// @}
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

// Also aligned, where that is asked of a Batch.
template <View V>
bool is_batch(const V& view) {
  constexpr std::size_t four = 4 * sizeof(typename V::value_type);
  return has_contiguous_samples(view) &&
         (!batches_are_aligned || (reinterpret_cast<std::uintptr_t>(view.data()) % four == 0 &&
                                   view.stride(0) % 4 == 0 && sample_size(view) % 4 == 0));
}

template <View V>
Batch<typename V::value_type> contiguous(const V& view) {
  return {view.data(), view.extent(0), sample_size(view), view.stride(0)};
}

template <View V>
StridedBatch<typename V::value_type> strided(const V& view) {
  StridedBatch<typename V::value_type> batch{view.data(), view.extent(0), sample_size(view)};
  batch.strides[7] = view.stride(0);
  // Axes that continue one another are one, for every axis costs each element a division.
  std::size_t rank = 0;
  for (std::size_t r = 1; r < V::rank(); ++r) {
    if (view.extent(r) == 1) continue;
    const bool continues = rank > 0 && batch.strides[rank - 1] == view.stride(r) * view.extent(r);
    if (!continues) ++rank;
    batch.extents[rank - 1] = view.extent(r) * (continues ? batch.extents[rank - 1] : 1);
    batch.strides[rank - 1] = view.stride(r);
  }
  for (std::size_t axis = 0; axis < rank; ++axis)
    if (batch.extents[axis] > 0)
      batch.reciprocals[axis] = ~std::uint64_t{0} / batch.extents[axis] + 1;
  batch.rank = static_cast<int>(rank);
  if (rank == 0) batch.extents[0] = 1;
  batch.extents[6] = batch.extents[rank == 0 ? 0 : rank - 1];
  batch.strides[6] = batch.strides[rank == 0 ? 0 : rank - 1];
  return batch;
}

// How a host walks over the batches of one call: by the last one that is given, for it is written.
template <class... Bs>
void choose_walk(Bs&... batches) {
  std::size_t run = std::numeric_limits<std::size_t>::max();
  bool is_across = false;
  const auto look = [&](const auto& batch) {
    if (batch.data == nullptr || batch.size == 0) return;
    run = std::min(run, batch.extents[6]);
    is_across = batch.samples > 1;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(batch.rank); ++axis)
      is_across = is_across && batch.strides[7] < batch.strides[axis];
  };
  (look(batches), ...);
  ((batches.run = run, batches.is_across = is_across), ...);
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
  static_assert((PlainView<Vs> && ...),
                "a batch is a View of plain memory, without MemoryTraits<Atomic> and without an "
                "accessor of its own");
  if constexpr (detail::all_row_major<Vs...>)
    require((detail::has_contiguous_samples(views) && ...), function, "every LayoutRight view",
            "be unpadded inside a sample", "a padded one");
  if constexpr (!detail::all_row_major<Vs...> || batches_are_aligned)
    if (!(detail::is_batch(views) && ...)) {
      auto batches = std::tuple(detail::strided(views)...);
      std::apply([](auto&... all) { detail::choose_walk(all...); }, batches);
      return std::apply(body, batches);
    }
  body(detail::contiguous(views)...);
}

}  // namespace iddpm
