// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/math/float16.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <cstdint>
#include <vector>

/// \file
/// Batches in 16 bits beside the same numbers in float. An operation on the first must be the
/// operation on the second, rounded once.

namespace test {

using Exec = Kokkos::DefaultExecutionSpace;

/// The numbers of `from`, each converted to T.
template <class T, class V>
iddpm::Tensor<T, V::rank(), Exec> converted(const V& from) {
  const iddpm::Tensor<T, V::rank(), Exec> to("converted", from.layout());
  const auto host_from = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, from);
  const auto host_to = Kokkos::create_mirror_view(to);
  for (std::size_t i = 0; i < from.size(); ++i) host_to.data()[i] = T(host_from.data()[i]);
  Kokkos::deep_copy(to, host_to);
  return to;
}

/// Normals of a seed in T: (5, channels, 3).
template <class T>
iddpm::Tensor<T, 3, Exec> normals(std::uint64_t seed, std::size_t channels = 2) {
  const iddpm::Tensor<T, 3, Exec> x("normals", 5, channels, 3);
  iddpm::fill_normal(Exec{}, iddpm::NoiseStream{.seed = seed}.user(0), x);
  Exec{}.fence();
  return x;
}

template <class V>
std::vector<std::uint16_t> bits(const V& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
  std::vector<std::uint16_t> all;
  for (std::size_t i = 0; i < host.size(); ++i) all.push_back(host.data()[i].bits());
  return all;
}

/// Are 16-bit results those of float, rounded once?
template <class Half, class Wide>
bool is_rounded(const Half& half, const Wide& wide) {
  Exec{}.fence();
  return bits(half) == bits(converted<iddpm::value_t<Half>>(wide));
}

}  // namespace test
