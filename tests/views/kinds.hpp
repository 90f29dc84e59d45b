// SPDX-License-Identifier: MIT
#pragma once

#include "views/shared_memory.hpp"
#include <iddpm/core/tensor.hpp>

#include <Kokkos_DualView.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

/// \file
/// The kinds of View that callers have. A kind makes Views of any type and extents, `make<T,
/// slot>`, where the slot tells arguments apart; `is_intact` tells whether all that lies around and
/// between their elements is what it was.

namespace test {

template <class T, std::size_t Rank, class Layout, class... Traits>
using ViewOf = Kokkos::View<typename iddpm::detail::PointerOfRank<T, Rank>::type, Layout,
                            Exec::memory_space, Traits...>;

template <class Layout, std::size_t Rank>
Layout layout_of(const Extents<Rank>& extents) {
  Layout layout;
  for (std::size_t r = 0; r < Rank; ++r) layout.dimension[r] = extents[r];
  return layout;
}

template <class T, std::size_t Rank, class Layout>
auto managed(const Extents<Rank>& extents) {
  return ViewOf<T, Rank, Layout>("managed", layout_of<Layout>(extents));
}

/// What all others are compared with.
struct RowMajor {
  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    return managed<T, Rank, Kokkos::LayoutRight>(extents);
  }
  [[nodiscard]] bool is_intact() const { return true; }
};

struct ColumnMajor : RowMajor {
  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    return managed<T, Rank, Kokkos::LayoutLeft>(extents);
  }
};

struct WithTraits : RowMajor {
  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    using Traits = Kokkos::MemoryTraits<Kokkos::RandomAccess | Kokkos::Restrict>;
    return ViewOf<T, Rank, Kokkos::LayoutRight, Traits>(
        managed<T, Rank, Kokkos::LayoutRight>(extents));
  }
};

/// Two extents known when it is compiled: (B, C, 3, 4); of columns, one: (5).
struct StaticExtents : RowMajor {
  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    if constexpr (Rank == 1)
      return Kokkos::View<T[5], Kokkos::LayoutRight, Exec::memory_space>("static");
    else
      return Kokkos::View<T** [3][4], Kokkos::LayoutRight, Exec::memory_space>("static", extents[0],
                                                                               extents[1]);
  }
};

/// The device's side of a DualView.
struct DeviceSide : RowMajor {
  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    using Dual = Kokkos::DualView<typename iddpm::detail::PointerOfRank<T, Rank>::type,
                                  Kokkos::LayoutRight, Exec>;
    const auto view = managed<T, Rank, Kokkos::LayoutRight>(extents);
    return Dual(view, Kokkos::create_mirror_view(view)).view_device();
  }
};

/// In another memory space that Exec reaches, if there is one.
struct Elsewhere : RowMajor {
#ifdef KOKKOS_HAS_SHARED_HOST_PINNED_SPACE
  using Pinned = Kokkos::SharedHostPinnedSpace;
#else
  using Pinned = Exec::memory_space;
#endif
  using Space = std::conditional_t<Kokkos::SpaceAccessibility<Exec, Pinned>::accessible, Pinned,
                                   Exec::memory_space>;

  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    return iddpm::Tensor<T, Rank, Space>("elsewhere", layout_of<Kokkos::LayoutRight>(extents));
  }
};

/// Row-major in somebody else's memory, from any of its elements on.
struct Unmanaged : SharedMemory {
  std::size_t begin;

  explicit Unmanaged(std::size_t first) : begin(first) {}

  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    Extents<Rank> strides{};
    for (std::size_t r = Rank, stride = 1; r-- > 0; stride *= extents[r]) strides[r] = stride;
    return ViewOf<T, Rank, Kokkos::LayoutRight, Kokkos::MemoryUnmanaged>(
        room<T>(extents, strides, begin), layout_of<Kokkos::LayoutRight>(extents));
  }
};

/// How the elements of a View of strides lie: axes in any order of memory, each with room around.
struct Placement {
  const char* name;
  std::vector<int> slowest_first;     ///< the axes' order in memory; -1: all that are not named
  std::size_t step = 1;               ///< elements from one of the fastest axis to the next
  std::array<std::size_t, 3> more{};  ///< of axis 0, axis 1 and the last one, beyond the View
  std::size_t begin = 0;              ///< elements before the first
};

inline const std::vector<Placement> placements{
    {"every second element", {-1}, 2},
    {"every second element, from an odd one on", {-1}, 2, {}, 3},
    {"channels last", {0, -1, 1}},
    {"batch last", {-1, 0}},
    {"a slice of the batch", {-1}, 1, {4, 0, 0}, 120},
    {"some of the channels", {-1}, 1, {0, 3, 0}, 7},
    {"padded rows", {-1}, 1, {0, 0, 5}},
    {"cropped, channels last", {0, -1, 1}, 1, {1, 2, 3}, 5},
    {"from an odd element on", {-1}, 1, {}, 1},
    {"channels first of all, in steps", {1, -1, 0}, 3, {1, 1, 1}, 2},
};

struct Strided : SharedMemory {
  Placement placement;

  explicit Strided(Placement how) : placement(std::move(how)) {}

  template <class T, int /*slot*/ = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    Extents<Rank> strides{};
    std::size_t stride = placement.step;
    const std::vector<std::size_t> order = axes(Rank);
    for (std::size_t i = Rank; i-- > 0;) {
      const std::size_t axis = order[i];
      strides[axis] = stride;
      stride *= extents[axis] + (axis + 1 == Rank ? placement.more[2]
                                 : axis < 2       ? placement.more[axis]
                                                  : 0);
    }
    auto layout = layout_of<Kokkos::LayoutStride>(extents);
    for (std::size_t r = 0; r < Rank; ++r) layout.stride[r] = strides[r];
    return ViewOf<T, Rank, Kokkos::LayoutStride>(room<T>(extents, strides, placement.begin),
                                                 layout);
  }

 private:
  [[nodiscard]] std::vector<std::size_t> axes(std::size_t rank) const {
    std::vector<std::size_t> order;
    const auto is_named = [&](std::size_t axis) {
      for (const int named : placement.slowest_first)
        if (named == static_cast<int>(axis)) return true;
      return false;
    };
    for (const int named : placement.slowest_first)
      if (named >= 0 && named < static_cast<int>(rank))
        order.push_back(static_cast<std::size_t>(named));
      else if (named < 0)
        for (std::size_t axis = 0; axis < rank; ++axis)
          if (!is_named(axis)) order.push_back(axis);
    return order;
  }
};

/// Another layout for every argument.
struct MixedLayouts {
  Strided strided{placements[5]};
  Unmanaged unmanaged{1};

  template <class T, int Slot = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    if constexpr (Slot == 0)
      return ColumnMajor{}.make<T>(extents);
    else if constexpr (Slot == 1)
      return strided.make<T>(extents);
    else if constexpr (Slot == 2)
      return unmanaged.make<T>(extents);
    else
      return RowMajor{}.make<T>(extents);
  }
  [[nodiscard]] bool is_intact() const { return strided.is_intact() && unmanaged.is_intact(); }
};

/// Row-major Views, of another type for every argument.
struct MixedTypes : RowMajor {
  template <class T, int Slot = 0, std::size_t Rank>
  auto make(const Extents<Rank>& extents) const {
    if constexpr (Slot == 0)
      return WithTraits{}.make<T>(extents);
    else if constexpr (Slot == 1)
      return StaticExtents{}.make<T>(extents);
    else if constexpr (Slot == 2)
      return DeviceSide{}.make<T>(extents);
    else
      return Elsewhere{}.make<T>(extents);
  }
};

}  // namespace test
