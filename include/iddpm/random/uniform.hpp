// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <cstdint>

namespace iddpm {

/// A random word as one of 0, 1, ..., count - 1: floor(word count / 2^32). Each has probability
/// 1 / count to within 2^-32.
KOKKOS_INLINE_FUNCTION std::uint32_t uniform_index(std::uint32_t word, std::uint32_t count) {
  return static_cast<std::uint32_t>((std::uint64_t{word} * count) >> 32);
}

/// A random word as a number in the open interval (0, 1): (word + 1/2) 2^-32, exactly.
KOKKOS_INLINE_FUNCTION double uniform_unit(std::uint32_t word) {
  return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

}  // namespace iddpm
