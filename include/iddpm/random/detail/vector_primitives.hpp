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

/// Counters of the consecutive blocks of one sample: (first + i, use, low, high).
struct ConsecutiveCounters {
  Kokkos::Array<std::uint32_t, 4> first;

  [[nodiscard]] Kokkos::Array<std::uint32_t, 4> operator()(std::size_t i) const {
    return {first[0] + static_cast<std::uint32_t>(i), first[1], first[2], first[3]};
  }
};

/// Counters of any blocks of any samples, all for one use.
template <std::size_t Count>
struct CounterBlock {
  alignas(64) std::uint32_t block[Count], low[Count], high[Count];
  std::uint32_t use;

  void set(std::size_t i, const Kokkos::Array<std::uint32_t, 4>& counter) {
    block[i] = counter[0];
    use = counter[1];
    low[i] = counter[2];
    high[i] = counter[3];
  }
  [[nodiscard]] Kokkos::Array<std::uint32_t, 4> operator()(std::size_t i) const {
    return {block[i], use, low[i], high[i]};
  }
};

/// Philox of counters(i), i = 0 .. Count - 1.
template <class Counters, std::size_t Count>
void philox_block(isa::Portable, const Counters& counters,
                  const Kokkos::Array<std::uint32_t, 2>& key, WordBlock<Count>& out) {
  for (std::size_t i = 0; i < Count; ++i) {
    const auto words = philox4x32_10(counters(i), key);
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

// A round of Philox on the low halves of 64-bit lanes; what is in the high halves does not matter,
// for the product reads the low ones only.
struct Counters8 {
  __m256i c0, c1, c2, c3;
};

IDDPM_TARGET_AVX2 inline void philox_round(Counters8& c, __m256i k0, __m256i k1) {
  const __m256i product0 = _mm256_mul_epu32(c.c0, all_8(0xD2511F53u));
  const __m256i product1 = _mm256_mul_epu32(c.c2, all_8(0xCD9E8D57u));
  // The exclusive or that does not wait for a product comes first.
  c = {_mm256_xor_si256(_mm256_srli_epi64(product1, 32), _mm256_xor_si256(c.c1, k0)), product1,
       _mm256_xor_si256(_mm256_srli_epi64(product0, 32), _mm256_xor_si256(c.c3, k1)), product0};
}

IDDPM_TARGET_AVX2 inline void store_words(std::uint32_t* to, __m256i even, __m256i odd) {
  _mm256_store_si256(reinterpret_cast<__m256i*>(to),
                     _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA));
}

// Counters i, i + 2, i + 4, i + 6, beginning with an even or an odd i.
IDDPM_TARGET_AVX2 inline Counters8 counters_8(const ConsecutiveCounters& from, std::size_t i) {
  const __m256i lane = _mm256_setr_epi32(0, 0, 2, 0, 4, 0, 6, 0);
  const auto counter = from(i);
  return {_mm256_add_epi32(all_8(counter[0]), lane), all_8(counter[1]), all_8(counter[2]),
          all_8(counter[3])};
}

IDDPM_TARGET_AVX2 inline __m256i every_second_8(const std::uint32_t* from, std::size_t i) {
  const auto* even = reinterpret_cast<const __m256i*>(from + i / 2 * 2);
  const __m256i both = _mm256_load_si256(even);
  return i % 2 == 0 ? both : _mm256_srli_epi64(both, 32);
}

template <std::size_t Count>
IDDPM_TARGET_AVX2 Counters8 counters_8(const CounterBlock<Count>& from, std::size_t i) {
  return {every_second_8(from.block, i), all_8(from.use), every_second_8(from.low, i),
          every_second_8(from.high, i)};
}

template <class Counters, std::size_t Count>
IDDPM_TARGET_AVX2 void philox_block(isa::Avx2, const Counters& counters,
                                    const Kokkos::Array<std::uint32_t, 2>& key,
                                    WordBlock<Count>& out) {
  static_assert(Count % 8 == 0, "two vectors hold 8 counters, the even and the odd ones");
  for (std::size_t i = 0; i < Count; i += 8) {
    Counters8 even = counters_8(counters, i), odd = counters_8(counters, i + 1);
    __m256i k0 = all_8(key[0]), k1 = all_8(key[1]);
    for (int round = 0; round < 10; ++round) {
      philox_round(even, k0, k1);
      philox_round(odd, k0, k1);
      k0 = _mm256_add_epi32(k0, all_8(0x9E3779B9u));
      k1 = _mm256_add_epi32(k1, all_8(0xBB67AE85u));
    }
    store_words(out.word[0] + i, even.c0, odd.c0);
    store_words(out.word[1] + i, even.c1, odd.c1);
    store_words(out.word[2] + i, even.c2, odd.c2);
    store_words(out.word[3] + i, even.c3, odd.c3);
  }
}

struct Counters16 {
  __m512i c0, c1, c2, c3;
};

IDDPM_TARGET_AVX512 inline void philox_round(Counters16& c, __m512i k0, __m512i k1) {
  constexpr int exclusive_or = 0x96;  // the truth table of a ^ b ^ c
  const __m512i product0 = _mm512_maskz_mul_epu32(all_lanes, c.c0, all_16(0xD2511F53u));
  const __m512i product1 = _mm512_maskz_mul_epu32(all_lanes, c.c2, all_16(0xCD9E8D57u));
  const __m512i high0 = _mm512_maskz_srli_epi64(all_lanes, product0, 32);
  const __m512i high1 = _mm512_maskz_srli_epi64(all_lanes, product1, 32);
  c = {_mm512_ternarylogic_epi32(high1, c.c1, k0, exclusive_or), product1,
       _mm512_ternarylogic_epi32(high0, c.c3, k1, exclusive_or), product0};
}

IDDPM_TARGET_AVX512 inline void store_words(std::uint32_t* to, __m512i even, __m512i odd) {
  const __m512i high = _mm512_maskz_slli_epi64(all_lanes, odd, 32);
  _mm512_store_si512(to, _mm512_mask_mov_epi32(even, 0xAAAA, high));
}

// Counters i, i + 2 .. i + 14, beginning with an even or an odd i.
IDDPM_TARGET_AVX512 inline Counters16 counters_16(const ConsecutiveCounters& from, std::size_t i) {
  const __m512i lane = _mm512_setr_epi32(0, 0, 2, 0, 4, 0, 6, 0, 8, 0, 10, 0, 12, 0, 14, 0);
  const auto counter = from(i);
  return {_mm512_add_epi32(all_16(counter[0]), lane), all_16(counter[1]), all_16(counter[2]),
          all_16(counter[3])};
}

IDDPM_TARGET_AVX512 inline __m512i every_second_16(const std::uint32_t* from, std::size_t i) {
  const __m512i both = _mm512_load_si512(from + i / 2 * 2);
  return i % 2 == 0 ? both : _mm512_maskz_srli_epi64(all_lanes, both, 32);
}

template <std::size_t Count>
IDDPM_TARGET_AVX512 Counters16 counters_16(const CounterBlock<Count>& from, std::size_t i) {
  return {every_second_16(from.block, i), all_16(from.use), every_second_16(from.low, i),
          every_second_16(from.high, i)};
}

template <class Counters, std::size_t Count>
IDDPM_TARGET_AVX512 void philox_block(isa::Avx512, const Counters& counters,
                                      const Kokkos::Array<std::uint32_t, 2>& key,
                                      WordBlock<Count>& out) {
  static_assert(Count % 16 == 0, "two vectors hold 16 counters, the even and the odd ones");
  for (std::size_t i = 0; i < Count; i += 16) {
    Counters16 even = counters_16(counters, i), odd = counters_16(counters, i + 1);
    __m512i k0 = all_16(key[0]), k1 = all_16(key[1]);
    for (int round = 0; round < 10; ++round) {
      philox_round(even, k0, k1);
      philox_round(odd, k0, k1);
      k0 = _mm512_add_epi32(k0, all_16(0x9E3779B9u));
      k1 = _mm512_add_epi32(k1, all_16(0xBB67AE85u));
    }
    store_words(out.word[0] + i, even.c0, odd.c0);
    store_words(out.word[1] + i, even.c1, odd.c1);
    store_words(out.word[2] + i, even.c2, odd.c2);
    store_words(out.word[3] + i, even.c3, odd.c3);
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
