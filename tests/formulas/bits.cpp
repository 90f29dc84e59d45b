// SPDX-License-Identifier: MIT
// The bits of the functions that noise and tables are made of: a change of one coefficient's last
// digits may be as accurate, and is another function. Whoever means it changes the numbers here
// and, where they are the noise's, `noise_version`.
#include "hash/fnv.hpp"
#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>
#include <iddpm/math/sincos.hpp>
#include <iddpm/random/normal.hpp>

#include <doctest/doctest.h>

#include <cstdint>

namespace math = iddpm::math;

namespace {

// Numbers of every size from 2^-24 to 2^12, and of both signs.
template <class R, class F>
std::uint64_t hash_of(const F& f) {
  test::Fnv fnv;
  std::uint32_t word = 1;
  for (int i = 0; i < 20000; ++i) {
    word = word * 1664525u + 1013904223u;
    const auto scale = static_cast<R>(std::uint64_t{1} << (word >> 26) % 37) * R(0x1p-24);
    f(fnv, scale * (R(1) + static_cast<R>(word & 0xffffffu) * R(0x1p-24)),
      (word & (1u << 25)) != 0 ? R(-1) : R(1));
  }
  return fnv.value();
}

template <class R>
std::uint64_t hash_of_functions() {
  return hash_of<R>([](test::Fnv& fnv, R x, R sign) {
    fnv.add(math::exp(sign * x));
    fnv.add(math::expm1(sign * x));
    fnv.add(math::log(x));
    fnv.add(math::log1p(x));
    fnv.add(math::log1p(-x * R(0x1p-13)));
    fnv.add(math::log1p(x * (sizeof(R) == 4 ? R(0x1p16) : R(0x1p42))));
    fnv.add(math::sin(sign * x));
    fnv.add(math::cos(sign * x));
  });
}

template <class R>
std::uint64_t hash_of_normals() {
  test::Fnv fnv;
  std::uint32_t word = 7;
  for (int i = 0; i < 20000; ++i) {
    const std::uint32_t first = word = word * 1664525u + 1013904223u;
    word = word * 1664525u + 1013904223u;
    const auto z = iddpm::normal_pair<R>(i % 2 == 0 ? first : ~0u - (first >> 20), word);
    fnv.add(z[0]);
    fnv.add(z[1]);
  }
  return fnv.value();
}

}  // namespace

TEST_CASE("exp, expm1, log, log1p, sin and cos have these bits") {
  CHECK(hash_of_functions<float>() == 9024319554832222657u);
  CHECK(hash_of_functions<double>() == 2347538216408670759u);
}

TEST_CASE("the normals of two words have these bits") {
  CHECK(hash_of_normals<float>() == 5171729868211596142u);
  CHECK(hash_of_normals<double>() == 17200863354239939209u);
}
