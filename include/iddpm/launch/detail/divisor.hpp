// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <bit>
#include <cstdint>

namespace iddpm::detail {

/// A divisor of many numbers, below 2^31 by one product: a GPU has no instruction that divides.
/// \see Granlund and Montgomery 1994, "Division by invariant integers using multiplication"
class Divisor {
 public:
  /// \pre divisor > 0
  explicit Divisor(std::uint64_t divisor) : divisor_(divisor) {
    if (divisor > std::uint64_t{1} << 31) return;
    const auto shift = static_cast<std::uint32_t>(std::bit_width(divisor - 1));
    const std::uint64_t excess = (std::uint64_t{1} << shift) - divisor;
    multiplier_ = static_cast<std::uint32_t>((excess << 32) / divisor + 1);
    shift_ = shift;
  }

  /// floor(n / divisor)
  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::uint64_t quotient(std::uint64_t n) const {
    if ((n >> 31) != 0) return n / divisor_;
    const auto small = static_cast<std::uint32_t>(n);
    const auto high = static_cast<std::uint32_t>((std::uint64_t{multiplier_} * small) >> 32);
    return (high + small) >> shift_;
  }

 private:
  std::uint64_t divisor_;
  std::uint32_t multiplier_ = 0, shift_ = 31;  // 0 for any smaller n
};

}  // namespace iddpm::detail
