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
  math::Bits<R> quarters;
  R rest;
  R tail;
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

/// The normals of elements 4 block .. 4 block + Count - 1 of sample i of the batch, the same to the
/// bit, in loops that a host's vector units follow. For `isa`, see launch/instruction_set.hpp.
template <std::size_t Count, class Isa, Real R>
void normals(Isa isa, const Draw& draw, std::uint64_t i, std::uint32_t block, R* z) {
  constexpr std::size_t blocks = Count / 4;
  detail::WordBlock<blocks> words;
  detail::philox_block(isa, counter_of(draw, i, block), key_of(draw), words);
  alignas(64) R first[blocks], second[blocks];
  for (std::size_t k = 0; k < blocks; ++k) first[k] = squared_radius<R>(words.word[0][k]);
  for (std::size_t k = 0; k < blocks; ++k) second[k] = squared_radius<R>(words.word[2][k]);
  detail::sqrt_block(isa, first);
  detail::sqrt_block(isa, second);
  for (std::size_t k = 0; k < blocks; ++k) {
    const auto a = on_circle(first[k], words.word[1][k]);
    const auto b = on_circle(second[k], words.word[3][k]);
    z[4 * k] = a.cos;
    z[4 * k + 1] = a.sin;
    z[4 * k + 2] = b.cos;
    z[4 * k + 3] = b.sin;
  }
}

}  // namespace iddpm
