// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/bits.hpp>

#include <cstdint>

/// \file
/// Numbers of 16 bits, for storage only: a load widens to float exactly, a store rounds once, to
/// nearest even, by integer arithmetic, so the bits are the same on every machine. On hosts Kokkos'
/// own half types are names of float.

namespace iddpm {

/// IEEE 754 binary16: 11 significant bits, largest 65504, smallest 2^-24.
class float16 {
 public:
  using compute_type = float;

  float16() = default;
  KOKKOS_INLINE_FUNCTION float16(float x) : bits_(rounded(math::to_bits(x))) {}  // NOLINT: a store

  KOKKOS_INLINE_FUNCTION operator float() const {  // NOLINT: a load
    const std::uint32_t sign = (bits_ & 0x8000u) << 16, size = bits_ & 0x7fffu;
    if (size < 0x400u)
      return math::from_bits<float>(math::to_bits(static_cast<float>(size) * 0x1p-24f) | sign);
    const std::uint32_t bias = size < 0x7c00u ? 112u << 23 : 224u << 23;
    return math::from_bits<float>(((size << 13) + bias) | sign);
  }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::uint16_t bits() const { return bits_; }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION static float16 from_bits(std::uint16_t bits) {
    float16 x;
    x.bits_ = bits;
    return x;
  }

 private:
  KOKKOS_INLINE_FUNCTION static std::uint16_t rounded(std::uint32_t x) {
    const std::uint32_t sign = (x >> 16) & 0x8000u, size = x & 0x7fffffffu;
    return static_cast<std::uint16_t>(sign | magnitude(size));
  }

  KOKKOS_INLINE_FUNCTION static std::uint32_t magnitude(std::uint32_t size) {
    if (size > 0x7f800000u) return 0x7e00u;   // NaN
    if (size >= 0x477ff000u) return 0x7c00u;  // 65520 and above round to infinity
    if (size >= 0x38800000u) {                // 2^-14, the smallest normal number
      const std::uint32_t rebiased = size - (112u << 23);
      return (rebiased + 0xfffu + ((rebiased >> 13) & 1u)) >> 13;
    }
    const std::uint32_t exponent = size >> 23;
    if (exponent < 102u) return 0;  // below 2^-25, half of the smallest number
    const std::uint32_t shift = 126u - exponent, digits = (size & 0x7fffffu) | 0x800000u;
    const std::uint32_t whole = digits >> shift, rest = digits & ((1u << shift) - 1u);
    const std::uint32_t middle = 1u << (shift - 1u);
    return whole + (rest > middle || (rest == middle && (whole & 1u) != 0) ? 1u : 0u);
  }

  std::uint16_t bits_;
};

/// bfloat16: float with 8 significant bits.
class bfloat16 {
 public:
  using compute_type = float;

  bfloat16() = default;
  KOKKOS_INLINE_FUNCTION bfloat16(float x) : bits_(rounded(math::to_bits(x))) {}  // NOLINT: a store

  KOKKOS_INLINE_FUNCTION operator float() const {  // NOLINT: a load
    return math::from_bits<float>(std::uint32_t{bits_} << 16);
  }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::uint16_t bits() const { return bits_; }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION static bfloat16 from_bits(std::uint16_t bits) {
    bfloat16 x;
    x.bits_ = bits;
    return x;
  }

 private:
  KOKKOS_INLINE_FUNCTION static std::uint16_t rounded(std::uint32_t x) {
    if ((x & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((x >> 16) | 0x40u);
    return static_cast<std::uint16_t>((x + 0x7fffu + ((x >> 16) & 1u)) >> 16);
  }

  std::uint16_t bits_;
};

}  // namespace iddpm
