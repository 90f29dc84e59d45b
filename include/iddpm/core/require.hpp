// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

/// \file
/// The one form of every run-time error: `<function>: <argument> must <rule>; got <value>`.
///
/// Values that lie on a device (timesteps per sample, data) cannot be looked at without waiting for
/// it. They are checked in debug builds: where Kokkos checks bounds, or with IDDPM_CHECK_VALUES
/// defined for the whole program (the CMake option of that name does it: two files of one program
/// that differ in it break the language's rule of one definition). Elsewhere a bad one makes its
/// sample NaN.

namespace iddpm {

/// Throws std::invalid_argument `<function>: <argument> must <rule>; got <value>` unless `holds`.
/// Called on the host before the first launch, so a failed call has changed nothing.
template <class Value>
void require(bool holds, std::string_view function, std::string_view argument,
             std::string_view rule, const Value& got) {
  if (holds) return;
  std::ostringstream sentence;
  sentence.precision(17);
  sentence << function << ": " << argument << " must " << rule << "; got " << got;
  throw std::invalid_argument(sentence.str());
}

/// A number as sentences have it: with all its digits.
[[nodiscard]] inline std::string text_of(double value) {
  std::ostringstream text;
  text.precision(17);
  text << value;
  return text.str();
}

/// Throws unless Kokkos is initialised, in place of the abort by which Kokkos itself would answer.
/// Called where the library allocates or launches first.
inline void require_kokkos(std::string_view function) {
  if (Kokkos::is_initialized()) return;
  require(false, function, "Kokkos", "be initialised and not yet finalized",
          Kokkos::is_finalized() ? "one that was finalized" : "one that is not initialised yet");
}

#if defined(IDDPM_CHECK_VALUES) || defined(KOKKOS_ENABLE_DEBUG_BOUNDS_CHECK)
inline constexpr bool checks_values = true;
#else
/// Are values that lie on a device checked (which waits for it)?
inline constexpr bool checks_values = false;
#endif

namespace detail {

template <class Values>
struct FirstOutside {
  Values values;
  double low, high;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t index, std::size_t& first) const {
    const auto value = static_cast<double>(values(index));
    if (!(value >= low && value <= high) && index < first) first = index;
  }
};

template <class Values>
struct ValueAt {
  Values values;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t index, double& sum) const {
    sum += static_cast<double>(values(index));
  }
};

}  // namespace detail

/// Where values are checked, throws unless values(0) .. values(count - 1) lie in [low, high], and
/// waits for exec; elsewhere does nothing.
template <ExecutionSpace Exec, class Values>
void check_values(const Exec& exec, std::string_view function, std::string_view argument,
                  std::string_view rule, std::size_t count, const Values& values, double low,
                  double high) {
  if constexpr (checks_values) {
    using Range = Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>;
    std::size_t first = count;
    Kokkos::parallel_reduce("iddpm::core::check_values", Range(exec, 0, count),
                            detail::FirstOutside<Values>{values, low, high},
                            Kokkos::Min<std::size_t>(first));
    if (first >= count) return;
    double value = 0;
    Kokkos::parallel_reduce("iddpm::core::check_values", Range(exec, first, first + 1),
                            detail::ValueAt<Values>{values}, value);
    require(false, function, argument, rule, value);
  }
}

/// The extents of a View as text: `(16, 3, 64, 64)`.
template <View V>
[[nodiscard]] std::string shape_of(const V& view) {
  std::string text = "(";
  for (std::size_t r = 0; r < V::rank(); ++r)
    text += (r == 0 ? "" : ", ") + std::to_string(view.extent(r));
  return text + ")";
}

/// Throws unless `view` has the extents of `like`, both of one rank.
template <View V, View Like>
void require_same_shape(std::string_view function, std::string_view name, const V& view,
                        std::string_view like_name, const Like& like) {
  static_assert(V::rank() == Like::rank(), "all batches of one call have one rank");
  bool same = true;
  for (std::size_t r = 0; r < V::rank(); ++r) same = same && view.extent(r) == like.extent(r);
  if (same) return;  // no text is made for a call that is right
  require(false, function, name,
          "have the extents of " + std::string(like_name) + " " + shape_of(like), shape_of(view));
}

}  // namespace iddpm
