// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>

#include <array>
#include <cstddef>
#include <vector>

/// \file
/// The way of numbers to a View, whose memory the host may not reach, and back.

namespace test {

/// A View's numbers in the order of its memory, which a Tensor's is row-major in, on the host.
/// Waits for all that was launched.
template <class V>
std::vector<double> values(const V& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
  std::vector<double> all(host.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(host.data()[i]);
  return all;
}

/// Writes row-major numbers into a Tensor, and waits.
template <class V>
void set_values(const V& view, const std::vector<double>& values) {
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t i = 0; i < values.size(); ++i)
    host.data()[i] = static_cast<typename V::value_type>(values[i]);
  Kokkos::deep_copy(view, host);
}

/// A new Tensor of row-major numbers; without extents it is (N).
template <class T, class Exec = Kokkos::DefaultExecutionSpace, class... Extents>
auto from_values(const std::vector<double>& values, Extents... extents) {
  constexpr std::size_t rank = sizeof...(Extents) == 0 ? 1 : sizeof...(Extents);
  const std::array<std::size_t, rank> all{static_cast<std::size_t>(extents)...};
  Kokkos::LayoutRight layout;
  for (std::size_t r = 0; r < rank; ++r) layout.dimension[r] = all[r];
  if constexpr (sizeof...(Extents) == 0) layout.dimension[0] = values.size();
  const iddpm::Tensor<T, rank, Exec> view("values", layout);
  set_values(view, values);
  return view;
}

}  // namespace test
