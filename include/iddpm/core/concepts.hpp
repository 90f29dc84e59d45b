// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <concepts>
#include <type_traits>

/// \file
/// The vocabulary of every room: what a real number, an execution space and a view are.

namespace iddpm {

/// A number type that formulas are computed in.
template <class T>
concept Real = std::same_as<T, float> || std::same_as<T, double>;

/// A Kokkos execution space; every call takes an instance of one, first.
template <class T>
concept ExecutionSpace = Kokkos::is_execution_space<T>::value;

/// A Kokkos::View of any layout, memory space and rank.
template <class T>
concept View = Kokkos::is_view<T>::value;

/// A View that kernels on `Exec` can reach.
template <class V, class Exec>
concept ViewOn = View<V> &&
    bool(Kokkos::SpaceAccessibility<Exec, typename V::memory_space>::accessible);

namespace detail {

// Kokkos 4 has no accessors.
template <class V>
constexpr bool has_accessor_of_kokkos() {
  if constexpr (requires { typename V::accessor_type; }) {
    using Plain = Kokkos::View<typename V::data_type, typename V::array_layout,
                               typename V::device_type, typename V::memory_traits>;
    return std::is_same_v<typename V::accessor_type, typename Plain::accessor_type>;
  } else {
    return true;
  }
}

}  // namespace detail

/// A View whose elements lie where its pointer and strides say, to be read and written as they are:
/// not one with MemoryTraits<Atomic> or an accessor of its own.
template <class T>
concept PlainView =
    View<T> && !bool(T::memory_traits::is_atomic) && detail::has_accessor_of_kokkos<T>();

/// The type of the elements of `V`.
template <View V>
using value_t = typename V::non_const_value_type;

/// The type that formulas on stored numbers of type T are computed in: T itself, or float for a
/// 16-bit type (one with a `compute_type`, as float16 and bfloat16 have, or Kokkos' own).
template <class T>
struct Compute {
  using type = T;  ///< T
};

/// A 16-bit type's is what it says.
template <class T>
requires requires { typename T::compute_type; }
struct Compute<T> {
  using type = typename T::compute_type;  ///< float
};

// On hosts Kokkos' 16-bit types are names of float.
#if !KOKKOS_HALF_T_IS_FLOAT
/// Kokkos' own 16-bit types are computed in float.
template <>
struct Compute<Kokkos::Experimental::half_t> {
  using type = float;  ///< float
};
#endif
#if !KOKKOS_BHALF_T_IS_FLOAT
/// Kokkos' own 16-bit types are computed in float.
template <>
struct Compute<Kokkos::Experimental::bhalf_t> {
  using type = float;  ///< float
};
#endif

/// The type that formulas on elements of `V` are computed in.
template <View V>
using compute_t = typename Compute<value_t<V>>::type;

}  // namespace iddpm
