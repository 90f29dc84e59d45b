// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

/// \file
/// FNV-1a, 64 bits: over the bytes of each number's bits, low byte first, numbers in the row-major
/// order of their View's indices, whatever its layout.

namespace test {

class Fnv {
 public:
  template <class T>
  void add(T number) {
    using Bits =
        std::conditional_t<sizeof(T) == 2, std::uint16_t,
                           std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>;
    const auto bits = Kokkos::bit_cast<Bits>(number);
    for (std::size_t byte = 0; byte < sizeof(T); ++byte)
      value_ = (value_ ^ ((bits >> (8 * byte)) & 0xffu)) * 1099511628211u;
  }

  /// The numbers of a (B, C, H, W) View on `exec`, which this waits for.
  template <class Exec, class V>
  void add_view(const Exec& exec, const V& view) {
    exec.fence();
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
    for (std::size_t b = 0; b < host.extent(0); ++b)
      for (std::size_t c = 0; c < host.extent(1); ++c)
        for (std::size_t h = 0; h < host.extent(2); ++h)
          for (std::size_t w = 0; w < host.extent(3); ++w) add(host(b, c, h, w));
  }

  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037u;
};

}  // namespace test
