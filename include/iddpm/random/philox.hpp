// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <cstdint>

namespace iddpm {

namespace detail {

// The upper half of the product. nvcc adds zeros to the halves of a 64-bit one, 20 per block.
KOKKOS_FORCEINLINE_FUNCTION std::uint32_t high_product(std::uint32_t a, std::uint32_t b) {
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
  return __umulhi(a, b);
#else
  return static_cast<std::uint32_t>((std::uint64_t{a} * b) >> 32);
#endif
}

}  // namespace detail

/// Four random words: a pure function of a 128-bit counter and a 64-bit key, with no state.
/// Ten rounds; counter, key and result in Random123's word order.
/// \see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", Philox4x32-10.
KOKKOS_INLINE_FUNCTION Kokkos::Array<std::uint32_t, 4> philox4x32_10(
    Kokkos::Array<std::uint32_t, 4> counter, Kokkos::Array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    constexpr std::uint32_t m0 = 0xD2511F53u, m1 = 0xCD9E8D57u;
    counter = {detail::high_product(m1, counter[2]) ^ counter[1] ^ key[0], m1 * counter[2],
               detail::high_product(m0, counter[0]) ^ counter[3] ^ key[1], m0 * counter[0]};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

}  // namespace iddpm
