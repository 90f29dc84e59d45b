// SPDX-License-Identifier: MIT
#pragma once

#if !__has_include(<Eigen/Core>)
#error "iddpm/adapters/eigen.hpp needs Eigen: link iddpm::eigen, or name its folder"
#endif

#include <iddpm/adapters/detail/strided.hpp>
#include <iddpm/core/batch.hpp>
#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <Kokkos_Core.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <type_traits>

/// \file
/// Eigen's matrices and Views: the same memory, never a copy. Neither owns it.

namespace iddpm::adapters {

namespace detail {

template <class T, int Rows, int Columns, int Order, class Stride>
using EigenMap =
    Eigen::Map<std::conditional_t<std::is_const_v<T>,
                                  const Eigen::Matrix<std::remove_const_t<T>, Rows, Columns, Order>,
                                  Eigen::Matrix<T, Rows, Columns, Order>>,
               Eigen::Unaligned, Stride>;

// Of any matrix, array, Map, Ref or Block whose elements lie in memory.
template <class M>
concept EigenInMemory = std::is_base_of_v<Eigen::EigenBase<M>, M> &&
    bool(Eigen::internal::traits<M>::Flags& Eigen::DirectAccessBit);

// Is it a Map without strides?
template <class M>
inline constexpr bool is_dense_map = false;
template <class M, int Options>
inline constexpr bool is_dense_map<Eigen::Map<M, Options, Eigen::Stride<0, 0>>> = true;

// Does nobody own what a temporary M shows?
template <class M>
concept EigenOwner = std::is_base_of_v<Eigen::PlainObjectBase<M>, M>;

}  // namespace detail

/// A View as an Eigen::Map: rank 1 a column vector, rank 2 a matrix of the View's own order, higher
/// ranks a matrix (B, elements of a sample). Read-only where the View's elements are const.
/// \throws std::invalid_argument where a sample of a higher rank is not contiguous and row-major.
template <View V>
[[nodiscard]] auto to_eigen(const V& view) {
  using T = typename V::value_type;
  static_assert(detail::HostView<V>, "to_eigen: view must lie in memory that the host can reach");
  static_assert(V::rank() >= 1, "to_eigen: view must have rank 1 to 8");
  constexpr int any = Eigen::Dynamic;
  const auto size = [](std::size_t n) { return static_cast<Eigen::Index>(n); };
  const auto extents = detail::extents_of(view);
  const auto strides =
      detail::needed_strides<typename V::array_layout>(extents, detail::strides_of(view));
  if constexpr (V::rank() == 1) {
    using Map = detail::EigenMap<T, any, 1, Eigen::ColMajor, Eigen::InnerStride<>>;
    return Map(view.data(), size(extents[0]), Eigen::InnerStride<>(strides[0]));
  } else if constexpr (V::rank() == 2 && detail::is_strided<typename V::array_layout>) {
    using Stride = Eigen::Stride<any, any>;
    using Map = detail::EigenMap<T, any, any, Eigen::RowMajor, Stride>;
    return Map(view.data(), size(extents[0]), size(extents[1]), Stride(strides[0], strides[1]));
  } else if constexpr (V::rank() == 2 &&
                       std::is_same_v<typename V::array_layout, Kokkos::LayoutLeft>) {
    using Map = detail::EigenMap<T, any, any, Eigen::ColMajor, Eigen::OuterStride<>>;
    return Map(view.data(), size(extents[0]), size(extents[1]), Eigen::OuterStride<>(strides[1]));
  } else {
    require(view.size() == 0 || iddpm::detail::has_contiguous_samples(view), "to_eigen", "view",
            "have samples that are contiguous and row-major",
            "extents " + shape_of(view) + ", strides " + detail::text_of(strides));
    using Map = detail::EigenMap<T, any, any, Eigen::RowMajor, Eigen::OuterStride<>>;
    return Map(view.data(), size(extents[0]), size(sample_size(view)),
               Eigen::OuterStride<>(strides[0]));
  }
}

/// An Eigen matrix, array, Map, Ref or Block of any of these as a View on the host: (rows,
/// columns), of a vector type (n). Row-major is LayoutRight, column-major LayoutLeft, and what may
/// have gaps (Map with strides, Ref, Block) LayoutStride. Elements are const where Eigen's are.
/// \pre `matrix` is not resized, and lives (of a Map or Block: its memory), while the View is used.
template <class Matrix>
requires detail::EigenInMemory<std::remove_cvref_t<Matrix>>
[[nodiscard]] auto view_of(Matrix&& matrix) {
  using M = std::remove_cvref_t<Matrix>;
  static_assert(std::is_lvalue_reference_v<Matrix> || !detail::EigenOwner<M>,
                "view_of: matrix must outlive the View, not be a temporary");
  constexpr bool row_major = bool(M::IsRowMajor);
  constexpr bool dense = detail::EigenOwner<M> || detail::is_dense_map<M> ||
                         (bool(M::IsVectorAtCompileTime) && M::InnerStrideAtCompileTime == 1);
  using Dense = std::conditional_t<row_major, Kokkos::LayoutRight, Kokkos::LayoutLeft>;
  using Layout = std::conditional_t<dense, Dense, Kokkos::LayoutStride>;
  const auto size = [](Eigen::Index n) { return static_cast<std::size_t>(n); };
  const std::ptrdiff_t inner = matrix.innerStride(), outer = matrix.outerStride();
  if constexpr (bool(M::IsVectorAtCompileTime)) {
    return detail::view_over<Layout, Kokkos::HostSpace>("view_of", "matrix", matrix.data(),
                                                        detail::Extents<1>{size(matrix.size())},
                                                        detail::Strides<1>{inner});
  } else {
    const detail::Strides<2> strides{row_major ? outer : inner, row_major ? inner : outer};
    return detail::view_over<Layout, Kokkos::HostSpace>(
        "view_of", "matrix", matrix.data(),
        detail::Extents<2>{size(matrix.rows()), size(matrix.cols())}, strides);
  }
}

}  // namespace iddpm::adapters
