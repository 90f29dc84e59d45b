// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/instruction_set.hpp>
#include <iddpm/random/philox.hpp>

#include <cstddef>
#include <cstdint>

#if IDDPM_X86_TARGETS
#include <immintrin.h>
#endif

/// \file
/// The two operations of the noise that compilers do not vectorise from plain loops, each with a
/// portable twin of the same bits: the 32 x 32 -> 64 bit product, within Philox, and the square
/// root. All else is plain loops. The only place with intrinsics; never in device code.

namespace iddpm::detail {

/// The words of `Count` blocks, word w of block first + i at word[w][i].
template <std::size_t Count>
struct WordBlock {
  alignas(64) std::uint32_t word[4][Count];
};

/// Philox of counters (first + i, counter[1], counter[2], counter[3]), i = 0 .. Count - 1.
template <std::size_t Count>
void philox_block(isa::Portable, const Kokkos::Array<std::uint32_t, 4>& counter,
                  const Kokkos::Array<std::uint32_t, 2>& key, WordBlock<Count>& out) {
  for (std::size_t i = 0; i < Count; ++i) {
    const auto words = philox4x32_10({counter[0] + static_cast<std::uint32_t>(i), counter[1],
                                      counter[2], counter[3]},
                                     key);
    for (std::size_t w = 0; w < 4; ++w) out.word[w][i] = words[w];
  }
}

/// x[i] <- sqrt(x[i]), correctly rounded.
template <Real R, std::size_t Count>
void sqrt_block(isa::Portable, R (&x)[Count]) {
  for (std::size_t i = 0; i < Count; ++i) x[i] = Kokkos::sqrt(x[i]);
}

#if IDDPM_X86_TARGETS

IDDPM_TARGET_AVX2 inline __m256i all_8(std::uint32_t x) {
  return _mm256_set1_epi32(static_cast<int>(x));
}

IDDPM_TARGET_AVX512 inline __m512i all_16(std::uint32_t x) {
  return _mm512_set1_epi32(static_cast<int>(x));
}

// Of eight 64-bit lanes. The intrinsics without a mask begin with an undefined vector, of which
// g++ 12 warns; these compile to the same instructions.
inline constexpr __mmask8 all_lanes = 0xFF;

// The even and the odd lanes' products, then all high and all low halves.
IDDPM_TARGET_AVX2 inline void multiply(__m256i a, __m256i multiplier, __m256i& high,
                                       __m256i& low) {
  const __m256i even = _mm256_mul_epu32(a, multiplier);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), multiplier);
  high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
  low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}

IDDPM_TARGET_AVX512 inline void multiply(__m512i a, __m512i multiplier, __m512i& high,
                                         __m512i& low) {
  const __m512i even = _mm512_maskz_mul_epu32(all_lanes, a, multiplier);
  const __m512i odd =
      _mm512_maskz_mul_epu32(all_lanes, _mm512_maskz_srli_epi64(all_lanes, a, 32), multiplier);
  high = _mm512_mask_mov_epi32(_mm512_maskz_srli_epi64(all_lanes, even, 32), 0xAAAA, odd);
  low = _mm512_mask_mov_epi32(even, 0xAAAA, _mm512_maskz_slli_epi64(all_lanes, odd, 32));
}

template <std::size_t Count>
IDDPM_TARGET_AVX2 void philox_block(isa::Avx2, const Kokkos::Array<std::uint32_t, 4>& counter,
                                    const Kokkos::Array<std::uint32_t, 2>& key,
                                    WordBlock<Count>& out) {
  static_assert(Count % 8 == 0, "a vector holds 8 words");
  const __m256i m0 = all_8(0xD2511F53u);
  const __m256i m1 = all_8(0xCD9E8D57u);
  for (std::size_t i = 0; i < Count; i += 8) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i c0 = _mm256_add_epi32(all_8(counter[0] + static_cast<std::uint32_t>(i)), lane);
    __m256i c1 = all_8(counter[1]), c2 = all_8(counter[2]), c3 = all_8(counter[3]);
    std::uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
      __m256i high0, low0, high1, low1;
      multiply(c0, m0, high0, low0);
      multiply(c2, m1, high1, low1);
      c0 = _mm256_xor_si256(_mm256_xor_si256(high1, c1), all_8(k0));
      c2 = _mm256_xor_si256(_mm256_xor_si256(high0, c3), all_8(k1));
      c1 = low1;
      c3 = low0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    const __m256i words[4] = {c0, c1, c2, c3};
    for (std::size_t w = 0; w < 4; ++w)
      _mm256_store_si256(reinterpret_cast<__m256i*>(out.word[w] + i), words[w]);
  }
}

template <std::size_t Count>
IDDPM_TARGET_AVX512 void philox_block(isa::Avx512, const Kokkos::Array<std::uint32_t, 4>& counter,
                                      const Kokkos::Array<std::uint32_t, 2>& key,
                                      WordBlock<Count>& out) {
  static_assert(Count % 16 == 0, "a vector holds 16 words");
  const __m512i m0 = all_16(0xD2511F53u);
  const __m512i m1 = all_16(0xCD9E8D57u);
  for (std::size_t i = 0; i < Count; i += 16) {
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i c0 = _mm512_add_epi32(all_16(counter[0] + static_cast<std::uint32_t>(i)), lane);
    __m512i c1 = all_16(counter[1]), c2 = all_16(counter[2]), c3 = all_16(counter[3]);
    std::uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
      constexpr int exclusive_or = 0x96;  // the truth table of a ^ b ^ c
      __m512i high0, low0, high1, low1;
      multiply(c0, m0, high0, low0);
      multiply(c2, m1, high1, low1);
      c0 = _mm512_ternarylogic_epi32(high1, c1, all_16(k0), exclusive_or);
      c2 = _mm512_ternarylogic_epi32(high0, c3, all_16(k1), exclusive_or);
      c1 = low1;
      c3 = low0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    const __m512i words[4] = {c0, c1, c2, c3};
    for (std::size_t w = 0; w < 4; ++w) _mm512_store_si512(out.word[w] + i, words[w]);
  }
}

template <std::size_t Count>
IDDPM_TARGET_AVX2 void sqrt_block(isa::Avx2, float (&x)[Count]) {
  for (std::size_t i = 0; i < Count; i += 8)
    _mm256_storeu_ps(x + i, _mm256_sqrt_ps(_mm256_loadu_ps(x + i)));
}

template <std::size_t Count>
IDDPM_TARGET_AVX2 void sqrt_block(isa::Avx2, double (&x)[Count]) {
  for (std::size_t i = 0; i < Count; i += 4)
    _mm256_storeu_pd(x + i, _mm256_sqrt_pd(_mm256_loadu_pd(x + i)));
}

template <std::size_t Count>
IDDPM_TARGET_AVX512 void sqrt_block(isa::Avx512, float (&x)[Count]) {
  for (std::size_t i = 0; i < Count; i += 16)
    _mm512_storeu_ps(x + i, _mm512_maskz_sqrt_ps(0xFFFF, _mm512_loadu_ps(x + i)));
}

template <std::size_t Count>
IDDPM_TARGET_AVX512 void sqrt_block(isa::Avx512, double (&x)[Count]) {
  for (std::size_t i = 0; i < Count; i += 8)
    _mm512_storeu_pd(x + i, _mm512_maskz_sqrt_pd(all_lanes, _mm512_loadu_pd(x + i)));
}

#endif

}  // namespace iddpm::detail
