// SPDX-License-Identifier: MIT
#pragma once

#include "views/kinds.hpp"
#include <iddpm/core/concepts.hpp>

#include <cstdint>
#include <cstring>
#include <type_traits>

/// \file
/// Numbers into Views of any kind and out of them, by pointer and strides alone.

namespace test {

template <class T, class Flat>
struct CopyByStrides {
  T* data;
  Flat flat;
  bool writes;
  std::size_t rank;
  Kokkos::Array<std::size_t, 8> extents{}, strides{};

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    std::size_t rest = index, offset = 0;
    for (std::size_t r = rank; r-- > 0; rest /= extents[r])
      offset += rest % extents[r] * strides[r];
    if (writes)
      data[offset] = flat(index);
    else
      flat(index) = data[offset];
  }
};

template <class V>
void copy_by_strides(const V& view, const iddpm::Tensor<iddpm::value_t<V>, 1, Exec>& flat,
                     bool writes) {
  using T = iddpm::value_t<V>;
  CopyByStrides<T, iddpm::Tensor<T, 1, Exec>> copy{const_cast<T*>(view.data()), flat, writes,
                                                   V::rank()};
  for (std::size_t r = 0; r < V::rank(); ++r) {
    copy.extents[r] = view.extent(r);
    copy.strides[r] = view.stride(r);
  }
  if constexpr (Kokkos::SpaceAccessibility<Kokkos::HostSpace,
                                           typename V::memory_space>::accessible) {
    Exec{}.fence();
    for (std::size_t i = 0; i < view.size(); ++i) copy(i);
  } else {
    Kokkos::parallel_for("copy_by_strides", Kokkos::RangePolicy<Exec>(0, view.size()), copy);
    Exec{}.fence();
  }
}

/// Element e gets value(e).
template <class V, class Value>
void put(const V& view, const Value& value) {
  using T = iddpm::value_t<V>;
  const iddpm::Tensor<T, 1, Exec> flat("flat", view.size());
  const auto host = Kokkos::create_mirror_view(flat);
  for (std::size_t e = 0; e < view.size(); ++e) host(e) = T(value(e));
  Kokkos::deep_copy(flat, host);
  copy_by_strides(view, flat, true);
}

/// A View's elements in row-major order, byte by byte.
template <class V>
std::vector<unsigned char> bytes_of(const V& view) {
  const iddpm::Tensor<iddpm::value_t<V>, 1, Exec> flat("flat", view.size());
  copy_by_strides(view, flat, false);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, flat);
  std::vector<unsigned char> bytes(view.size() * sizeof(iddpm::value_t<V>));
  if (!bytes.empty()) std::memcpy(bytes.data(), host.data(), bytes.size());
  return bytes;
}

/// One of the 256 levels in [-1, 1].
inline float level(std::uint32_t seed, std::size_t e) {
  const auto mixed = (static_cast<std::uint32_t>(e) + 977 * seed) * 2654435761u;
  return static_cast<float>(mixed >> 24) / 127.5f - 1;
}

/// The arguments of an operation on batches of some extents, all of one kind.
template <class Kind, std::size_t Rank>
struct Arguments {
  const Kind& kind;
  Extents<Rank> extents;

  /// To be read only, but where all are row-major: those may be written, so both are seen.
  template <class T, int Slot = 0>
  auto in(std::uint32_t seed, std::size_t parts = 1) const {
    const auto view = inout<T, Slot>(seed, parts);
    using V = std::decay_t<decltype(view)>;
    return std::conditional_t<std::is_same_v<Kind, RowMajor>, V, typename V::const_type>(view);
  }

  /// \param parts times the channels
  template <class T, int Slot = 0>
  auto inout(std::uint32_t seed, std::size_t parts = 1) const {
    Extents<Rank> of = extents;
    if constexpr (Rank > 1) of[1] *= parts;
    const auto view = kind.template make<T, Slot>(of);
    put(view, [&](std::size_t e) { return level(seed, e); });
    return view;
  }

  template <class T, int Slot = 0>
  auto out() const {
    return inout<T, Slot>(99);
  }

  /// One number per sample.
  template <class T, int Slot = 0, class Value>
  auto column(const Value& value) const {
    const auto view = kind.template make<T, Slot>(Extents<1>{extents[0]});
    put(view, value);
    return view;
  }

  /// All of 0 .. 29, in another order.
  [[nodiscard]] auto timesteps() const {
    return column<int, 1>([](std::size_t b) { return static_cast<int>(7 * b % 30); });
  }
};

}  // namespace test
