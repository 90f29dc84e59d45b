// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <cstdint>

namespace iddpm {

/// Four random words: a pure function of a 128-bit counter and a 64-bit key, with no state.
/// Ten rounds; counter, key and result in Random123's word order.
/// \see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", Philox4x32-10.
KOKKOS_INLINE_FUNCTION Kokkos::Array<std::uint32_t, 4> philox4x32_10(
    Kokkos::Array<std::uint32_t, 4> counter, Kokkos::Array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

}  // namespace iddpm
