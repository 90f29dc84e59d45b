// SPDX-License-Identifier: MIT
#include <iddpm/random/detail/vector_primitives.hpp>
#include <iddpm/random/normal.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>

using namespace iddpm;

namespace {

// Calls f(isa) with the tag of every instruction set that this processor has.
template <class F>
void for_each_instruction_set(F&& f) {
  f(isa::Portable{});
#if IDDPM_X86_TARGETS
  if (instruction_set() >= InstructionSet::avx2) f(isa::Avx2{});
  if (instruction_set() >= InstructionSet::avx512) f(isa::Avx512{});
#endif
}

template <class A>
bool same_bits(const A& a, const A& b) {
  return std::memcmp(&a, &b, sizeof(A)) == 0;
}

}  // namespace

TEST_CASE("a block of Philox is its counters one by one, with carries lost as they are") {
  for_each_instruction_set([](auto isa) {
    for (const std::uint32_t first : {0u, 32u, 0xffffffe8u}) {
      const Kokkos::Array<std::uint32_t, 4> counter{first, 0x01000011u, 5u, 0xdeadbeefu};
      const Kokkos::Array<std::uint32_t, 2> key{42u, 0x9abcdef0u};
      detail::WordBlock<32> block;
      detail::philox_block(isa, detail::ConsecutiveCounters{counter}, key, block);
      for (std::uint32_t i = 0; i < 32; ++i) {
        const auto words = philox4x32_10({first + i, counter[1], counter[2], counter[3]}, key);
        for (std::size_t w = 0; w < 4; ++w) CHECK(block.word[w][i] == words[w]);
      }
    }
  });
}

TEST_CASE("so is one of any counters") {
  for_each_instruction_set([](auto isa) {
    const auto counter = [](std::uint32_t i) {
      return Kokkos::Array<std::uint32_t, 4>{i * 77, 0x01000011u, ~i, i % 3};
    };
    detail::CounterBlock<32> counters;
    for (std::uint32_t i = 0; i < 32; ++i) counters.set(i, counter(i));
    detail::WordBlock<32> block;
    detail::philox_block(isa, counters, {42u, 7u}, block);
    for (std::uint32_t i = 0; i < 32; ++i) {
      const auto words = philox4x32_10(counter(i), {42u, 7u});
      for (std::size_t w = 0; w < 4; ++w) CHECK(block.word[w][i] == words[w]);
    }
  });
}

TEST_CASE_TEMPLATE("a block of square roots is correctly rounded", R, float, double) {
  for_each_instruction_set([](auto isa) {
    std::uint32_t word = 12345;
    for (int repeat = 0; repeat < 2000; ++repeat) {
      alignas(64) R x[32], roots[32];
      for (std::size_t i = 0; i < 32; ++i) {
        word = word * 1664525u + 1013904223u;
        x[i] = static_cast<R>(word) * R(1.0 / 97000000);  // 0 to 44, as of normals
        roots[i] = std::sqrt(x[i]);
      }
      detail::sqrt_block(isa, x);
      REQUIRE(same_bits(x, roots));
    }
  });
}

TEST_CASE_TEMPLATE("a block of normals has the bits of the normals one by one", R, float, double) {
  for_each_instruction_set([](auto isa) {
    for (std::uint32_t block = 0; block < 100000; block += 32) {
      const Draw draw{block * 77u, 3, Purpose::sampler, block};
      alignas(64) R z[128], one_by_one[128];
      normals<128>(isa, draw, 5, block, z);
      for (std::uint32_t i = 0; i < 32; ++i) {
        const auto four = normals<R>(draw, 5, block + i);
        for (std::size_t lane = 0; lane < 4; ++lane) one_by_one[4 * i + lane] = four[lane];
      }
      REQUIRE(same_bits(z, one_by_one));
    }
  });
}

TEST_CASE_TEMPLATE("lanes of samples and blocks have the bits of the normals one by one", R, float,
                   double) {
  for_each_instruction_set([](auto isa) {
    const Draw draw{11, 0xffffffffu - 20, Purpose::user, 3};  // samples beyond 2^32 too
    for (const std::size_t samples : {1u, 3u, 21u, 64u})
      for (std::size_t blocks = 1; blocks <= 64 / samples; blocks += 5) {
        alignas(64) R z[256];
        lane_normals(isa, draw, 5, samples, 9, blocks, z);
        bool same = true;
        for (std::size_t k = 0; k < samples * blocks; ++k) {
          const auto four =
              normals<R>(draw, 5 + k % samples, static_cast<std::uint32_t>(9 + k / samples));
          for (std::size_t j = 0; j < 4; ++j) same = same && z[j * 64 + k] == four[j];
        }
        CAPTURE(samples);
        CAPTURE(blocks);
        CHECK(same);
      }
  });
}
