// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/bits.hpp>

#include <cstdint>

/// \file
/// Numbers of 16 bits, for storage only: a load widens to float exactly, a store rounds once, to
/// nearest even, so the bits are the same on every machine; without branches, for vector units. On
/// hosts Kokkos' own half types are names of float.

namespace iddpm {

/// IEEE 754 binary16: 11 significant bits, largest 65504, smallest 2^-24.
class float16 {
 public:
  using compute_type = float;  ///< formulas are computed in it

  float16() = default;
  /// @{
  /// From a float, rounded to nearest, ties to even; to a float, exactly; the bits, and back.
  KOKKOS_INLINE_FUNCTION float16(float x) : bits_(rounded(math::to_bits(x))) {}  // NOLINT: a store

  KOKKOS_INLINE_FUNCTION operator float() const {  // NOLINT: a load
    const std::uint32_t sign = (bits_ & 0x8000u) << 16, size = bits_ & 0x7fffu;
    // The exponent's bias is 15 here and 127 in float; the product is exact, for subnormals too.
    const std::uint32_t finite = math::to_bits(math::from_bits<float>(size << 13) * 0x1p112f);
    return math::from_bits<float>(finite | (math::mask<float>(size >= 0x7c00u) & 0x7f800000u) |
                                  sign);
  }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION std::uint16_t bits() const { return bits_; }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION static float16 from_bits(std::uint16_t bits) {
    float16 x;
    x.bits_ = bits;
    return x;
  }
  /// @}

 private:
  KOKKOS_INLINE_FUNCTION static std::uint16_t rounded(std::uint32_t x) {
    const std::uint32_t sign = (x >> 16) & 0x8000u, size = x & 0x7fffffffu;
    return static_cast<std::uint16_t>(sign | magnitude(size));
  }

  KOKKOS_INLINE_FUNCTION static std::uint32_t magnitude(std::uint32_t size) {
    const std::uint32_t rebiased = size - (112u << 23);
    const std::uint32_t normal = (rebiased + 0xfffu + ((rebiased >> 13) & 1u)) >> 13;
    // Below 2^-14 the last place is 2^-24, as it is of float numbers in [1/2, 1).
    const std::uint32_t subnormal =
        math::to_bits(math::from_bits<float>(size) + 0.5f) - math::to_bits(0.5f);
    const std::uint32_t finite = choose(size < 0x38800000u, subnormal, normal);
    const std::uint32_t large = choose(size > 0x7f800000u, 0x7e00u, 0x7c00u);  // NaN, infinity
    return choose(size >= 0x477ff000u, large, finite);  // 65520 and above round to infinity
  }

  KOKKOS_INLINE_FUNCTION static std::uint32_t choose(bool first, std::uint32_t a, std::uint32_t b) {
    const std::uint32_t mask = math::mask<float>(first);
    return (a & mask) | (b & ~mask);
  }

  std::uint16_t bits_;
};

/// bfloat16: float with 8 significant bits.
class bfloat16 {
 public:
  using compute_type = float;  ///< formulas are computed in it

  bfloat16() = default;
  /// @{
  /// From a float, rounded to nearest, ties to even; to a float, exactly; the bits, and back.
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
  /// @}

 private:
  KOKKOS_INLINE_FUNCTION static std::uint16_t rounded(std::uint32_t x) {
    const std::uint32_t nan = math::mask<float>((x & 0x7fffffffu) > 0x7f800000u);
    const std::uint32_t rounded = (x + 0x7fffu + ((x >> 16) & 1u)) >> 16;
    return static_cast<std::uint16_t>((((x >> 16) | 0x40u) & nan) | (rounded & ~nan));
  }

  std::uint16_t bits_;
};

}  // namespace iddpm
