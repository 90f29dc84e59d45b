// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

namespace test {

using Exec = Kokkos::DefaultExecutionSpace;

template <std::size_t Rank>
using Extents = std::array<std::size_t, Rank>;

/// Memory for Views that are not alone in it: filled with one byte before, compared after.
class SharedMemory {
 public:
  /// \param begin elements before the View's first one
  template <class T, std::size_t Rank>
  T* room(const Extents<Rank>& extents, const Extents<Rank>& strides, std::size_t begin) const {
    std::size_t last = begin;
    std::vector<std::size_t> offsets{begin};
    for (std::size_t r = 0; r < Rank; ++r) {
      last += (extents[r] == 0 ? 0 : extents[r] - 1) * strides[r];
      std::vector<std::size_t> next;
      for (const std::size_t offset : offsets)
        for (std::size_t i = 0; i < extents[r]; ++i) next.push_back(offset + i * strides[r]);
      offsets = std::move(next);
    }
    const Bytes bytes("shared", (last + 17) * sizeof(T));
    Kokkos::deep_copy(bytes, untouched);
    rooms_.push_back({bytes, sizeof(T), std::move(offsets)});
    return reinterpret_cast<T*>(bytes.data()) + begin;
  }

  /// Is every byte that belongs to no View what it was?
  [[nodiscard]] bool is_intact() const {
    Exec{}.fence();
    for (const Room& room : rooms_) {
      const auto host = Kokkos::create_mirror(Kokkos::HostSpace{}, room.bytes);
      Kokkos::deep_copy(host, room.bytes);
      for (const std::size_t offset : room.offsets)
        std::memset(host.data() + offset * room.size, untouched, room.size);
      for (std::size_t i = 0; i < host.size(); ++i)
        if (host(i) != untouched) return false;
    }
    return true;
  }

 private:
  using Bytes = Kokkos::View<unsigned char*, Exec::memory_space>;
  static constexpr unsigned char untouched = 0xa7;

  struct Room {
    Bytes bytes;
    std::size_t size;
    std::vector<std::size_t> offsets;
  };
  mutable std::vector<Room> rooms_;
};

}  // namespace test
