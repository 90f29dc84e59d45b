// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/math/log.hpp>
#include <iddpm/math/sincos.hpp>
#include <iddpm/random/detail/vector_primitives.hpp>
#include <iddpm/random/noise_stream.hpp>

#include <cstddef>
#include <cstdint>

/// \file
/// Random words as standard normals (Box and Muller 1958). Two words r0, r1 stand for
/// u = (r0 + 1/2) 2^-32 and a = (r1 + 1/2) 2^-32 and give sqrt(-2 ln u) cos(2 pi a) and
/// sqrt(-2 ln u) sin(2 pi a). These real numbers are the definition; float and double approximate
/// them, each with the same bits everywhere. The largest |z| is sqrt(66 ln 2) = 6.76.

namespace iddpm {

/// -ln u for u = (word + 1/2) 2^-32. Both ends keep their full relative accuracy: 1 - u comes from
/// the complement of the word, never from a rounded u.
template <Real R>
KOKKOS_INLINE_FUNCTION R minus_log_uniform(std::uint32_t word) {
  const std::uint32_t top = word >> 31;  // 1 where u > 1/2
  const auto upper = math::Bits<R>(0) - math::Bits<R>(top);
  const auto nearer_word = static_cast<std::int32_t>(word ^ (0u - top));
  const R nearer = Kokkos::fma(static_cast<R>(nearer_word), R(0x1p-32), R(0x1p-33));
  const R u = math::select(upper, R(1) - nearer, nearer);
  const auto [exponent, mantissa, inverse] = math::binade(u);
  // u / 2^exponent - 1 in one rounding, with u = nearer or u = 1 - nearer
  const R f = Kokkos::fma(math::negate_where(upper, inverse), nearer,
                          math::select(upper, inverse, R(0)) - R(1));
  return -math::log_reduced(exponent, f);
}

/// An angle in radians as quarters * pi / 2 + rest + tail: |rest| <= pi / 4, and the tail is what
/// the rounding of the rest lost.
template <Real R>
struct QuarteredAngle {
  math::Bits<R> quarters;  ///< whole quarter turns
  R rest;                  ///< radians
  R tail;                  ///< radians
};

/// 2 pi a for a = (word + 1/2) 2^-32.
template <Real R>
KOKKOS_INLINE_FUNCTION QuarteredAngle<R> uniform_angle(std::uint32_t word) {
  using Pi = math::HalfPi<R>;
  const std::uint32_t quarters = (word + (1u << 29)) >> 30;
  const auto steps = static_cast<std::int32_t>(word - (quarters << 30));
  // steps + 1/2 as the sum of two numbers, for float has too few bits for one
  const R most = static_cast<R>(steps);
  const R least = static_cast<R>(steps - static_cast<std::int32_t>(most)) + R(0.5);
  constexpr R high = Pi::high * R(0x1p-30), middle = Pi::middle * R(0x1p-30);
  const R small = Kokkos::fma(least, high, most * middle);
  const R rest = Kokkos::fma(most, high, small);
  return {quarters, rest, small - Kokkos::fma(most, -high, rest)};
}

/// The square of the radius of two normals: -2 ln u.
template <Real R>
KOKKOS_INLINE_FUNCTION R squared_radius(std::uint32_t radius_word) {
  return R(2) * minus_log_uniform<R>(radius_word);
}

/// The point of this radius at the angle of a word: two normals, as its cosine and sine.
template <Real R>
KOKKOS_INLINE_FUNCTION math::SinCos<R> on_circle(R radius, std::uint32_t angle_word) {
  const auto [quarters, rest, tail] = uniform_angle<R>(angle_word);
  const auto [sin, cos] = math::sincos_reduced(rest, tail);
  // Turning last, by integer operations, keeps compilers from fusing these products into a sum.
  return math::turn(math::SinCos<R>{radius * sin, radius * cos}, quarters);
}

/// The two normals of two words.
template <Real R>
KOKKOS_INLINE_FUNCTION Kokkos::Array<R, 2> normal_pair(std::uint32_t radius_word,
                                                       std::uint32_t angle_word) {
  const auto z = on_circle(Kokkos::sqrt(squared_radius<R>(radius_word)), angle_word);
  return {z.cos, z.sin};
}

/// The four normals of four words.
template <Real R>
KOKKOS_INLINE_FUNCTION Kokkos::Array<R, 4> normals(const Kokkos::Array<std::uint32_t, 4>& words) {
  const auto first = normal_pair<R>(words[0], words[1]);
  const auto second = normal_pair<R>(words[2], words[3]);
  return {first[0], first[1], second[0], second[1]};
}

/// The normals of elements 4 block .. 4 block + 3 of sample i of the batch: at most 4 ulp off (3.88
/// proved over every pair of words in float: docs/noise.md), 99.9 % of them at most 2, without
/// exception near zero.
template <Real R>
KOKKOS_INLINE_FUNCTION Kokkos::Array<R, 4> normals(const Draw& draw, std::uint64_t i,
                                                   std::uint32_t block) {
  return normals<R>(words(draw, i, block));
}

namespace detail {

// The four normals of each of `Count` blocks of words: `put(k, z0, z1, z2, z3)` for block k, in a
// loop that a host's vector units follow.
template <Real R, std::size_t Count, class Isa, class Put>
void normals_of(Isa isa, const WordBlock<Count>& words, const Put& put) {
  alignas(64) R first[Count], second[Count];
  for (std::size_t k = 0; k < Count; ++k) first[k] = squared_radius<R>(words.word[0][k]);
  for (std::size_t k = 0; k < Count; ++k) second[k] = squared_radius<R>(words.word[2][k]);
  sqrt_block(isa, first);
  sqrt_block(isa, second);
  for (std::size_t k = 0; k < Count; ++k) {
    const auto a = on_circle(first[k], words.word[1][k]);
    const auto b = on_circle(second[k], words.word[3][k]);
    put(k, a.cos, a.sin, b.cos, b.sin);
  }
}

}  // namespace detail

/// The normals of elements 4 block .. 4 block + Count - 1 of sample i of the batch, the same to the
/// bit, in loops that a host's vector units follow. For `isa`, see launch/instruction_set.hpp.
template <std::size_t Count, class Isa, Real R>
void normals(Isa isa, const Draw& draw, std::uint64_t i, std::uint32_t block, R* z) {
  detail::WordBlock<Count / 4> words;
  const detail::ConsecutiveCounters counters{counter_of(draw, i, block)};
  detail::philox_block(isa, counters, key_of(draw), words);
  detail::normals_of<R>(isa, words, [&](std::size_t k, R z0, R z1, R z2, R z3) {
    z[4 * k] = z0;
    z[4 * k + 1] = z1;
    z[4 * k + 2] = z2;
    z[4 * k + 3] = z3;
  });
}

/// The normals of `blocks` blocks from `block` on of each of `samples` samples from i on, the same
/// to the bit: normal j of block block + m of sample i + s at z[j Lanes + m samples + s]. \pre
/// samples * blocks is at most Lanes.
template <class Isa, Real R, std::size_t Four>
void lane_normals(Isa isa, const Draw& draw, std::uint64_t i, std::size_t samples,
                  std::uint32_t block, std::size_t blocks, R (&z)[Four]) {
  constexpr std::size_t most = Four / 4;
  const auto put = [&](std::size_t k, R z0, R z1, R z2, R z3) {
    z[k] = z0;
    z[most + k] = z1;
    z[2 * most + k] = z2;
    z[3 * most + k] = z3;
  };
  const auto address = [&](std::size_t k) {
    const std::size_t m = k / samples;
    return counter_of(draw, i + (k - m * samples), block + static_cast<std::uint32_t>(m));
  };
  const std::size_t lanes = samples * blocks;
  if constexpr ((isa::width<Isa>) > 4) {
    if (lanes > most / 8) {  // a few by themselves cost less than all
      detail::CounterBlock<most> counters;
      for (std::size_t k = 0; k < most; ++k) counters.set(k, address(k < lanes ? k : 0));
      detail::WordBlock<most> words;
      detail::philox_block(isa, counters, key_of(draw), words);
      return detail::normals_of<R>(isa, words, put);
    }
  }
  for (std::size_t k = 0; k < lanes; ++k) {
    const auto four = normals<R>(philox4x32_10(address(k), key_of(draw)));
    put(k, four[0], four[1], four[2], four[3]);
  }
}

}  // namespace iddpm
