// SPDX-License-Identifier: MIT
#include <iddpm/core/batch.hpp>
#include <iddpm/random/for_each_element.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

using namespace iddpm;

namespace {

constexpr Draw draw{42, 0, Purpose::user, 3};

// out = 10 in + noise for [begin, end) of a sample of 600, the rest untouched.
template <class Isa>
struct Run {
  std::vector<float> in = std::vector<float>(600), direct = std::vector<float>(600, -1.0f),
                     staged = direct;

  Run(std::size_t begin, std::size_t end, bool is_wanted) {
    std::iota(in.begin(), in.end(), 0.0f);
    const Batch<const float> x{in.data(), 1, 600, 600};
    const Batch<float> to_direct{direct.data(), 1, 600, 600}, to_staged{staged.data(), 1, 600, 600};
    constexpr std::size_t sample = 0;
    auto from = input(Isa{}, sample, x);
    auto to = output(Isa{}, sample, to_direct);
    auto optional = output(Isa{}, sample, to_staged, is_wanted);
    const auto run = [&](std::size_t first, std::size_t last) {
      for_each_element(
          Isa{}, DrawnNoise<float>{draw}, sample, first, last,
          [&](auto e) -> float { return from(e); },
          [](float value, float z) { return 10 * value + z; },
          [&](auto e, float value) {
            to(e) = value;
            optional(e) = value;
          },
          from, to, optional);
    };
    if constexpr (std::is_same_v<Isa, isa::Device>) {  // each thread has four
      for (std::size_t first = begin; first < end; first += 4) run(first, std::min(first + 4, end));
      run(begin + 4, begin);  // and none where nothing is left of its tile
    } else {
      run(begin, end);
    }
  }
};

template <class Isa>
void check(std::size_t begin, std::size_t end) {
  CAPTURE(begin);
  CAPTURE(end);
  const Run<Isa> run(begin, end, true), unwanted(begin, end, false);
  CHECK(run.direct == run.staged);
  CHECK(unwanted.direct == run.direct);
  CHECK(unwanted.staged == std::vector<float>(600, -1.0f));
  for (std::size_t e = 0; e < 600; ++e) {
    const float z = normals<float>(draw, 0, static_cast<std::uint32_t>(e / 4))[e % 4];
    CHECK(run.direct[e] == (e >= begin && e < end ? 10 * run.in[e] + z : -1.0f));
  }
}

}  // namespace

// isa::Device is what a GPU's thread runs; its plain C++ runs here too.
TEST_CASE_TEMPLATE("every element once, whole blocks and the rest, outputs staged or not", Isa,
                   isa::Portable, isa::Scalar, isa::Device) {
  for (const std::size_t begin : {0u, 4u, 128u})
    for (const std::size_t end : {begin, begin + 1, begin + 4, begin + 31, begin + 127, begin + 128,
                                  begin + 255, begin + 256, begin + 257, begin + 400})
      check<Isa>(begin, end);
}

#if IDDPM_X86_TARGETS
TEST_CASE("the same with the vector units that this processor has") {
  const auto all = [](auto isa) {
    for (const std::size_t end : {1u, 31u, 33u, 129u, 255u, 256u, 257u, 290u, 600u})
      check<decltype(isa)>(0, end);
  };
  if (instruction_set() >= InstructionSet::avx2) all(isa::Avx2{});
  if (instruction_set() >= InstructionSet::avx512) all(isa::Avx512{});
}
#endif

// out = 10 in + noise through `sample` for elements [4, end) of columns of 40 in a batch of 70.
template <class Isa, class Sample>
void check_lanes(const Sample& sample, std::size_t samples, std::size_t end) {
  CAPTURE(end);
  const Kokkos::View<float***, Kokkos::LayoutLeft, Kokkos::HostSpace> in("in", 70, 5, 8),
      out("out", 70, 5, 8);
  for (std::size_t i = 0; i < in.size(); ++i) in.data()[i] = static_cast<float>(i);
  visit_batches(
      "check",
      [&]<class B>(const B& x, const B& y) {
        if constexpr (std::is_same_v<B, StridedBatch<float>>) {
          auto from = input(Isa{}, sample, x);
          auto to = output(Isa{}, sample, y);
          for_each_element(
              Isa{}, DrawnNoise<float>{draw}, sample, 4, end,
              [&](auto e) -> float { return from(e); },
              [](float value, float z) { return 10 * value + z; },
              [&](auto e, float value) { to(e) = value; }, from, to);
        }
      },
      in, out);
  bool right = true;
  for (std::size_t i = 0; i < 70; ++i)
    for (std::size_t e = 0; e < 40; ++e) {
      const bool inside = i >= sample && i < sample + samples && e >= 4 && e < end;
      const float z = normals<float>(draw, i, static_cast<std::uint32_t>(e / 4))[e % 4];
      right = right && out(i, e / 8, e % 8) == (inside ? 10 * in(i, e / 8, e % 8) + z : 0);
    }
  CHECK(right);
}

TEST_CASE("along a sample of other strides, and across samples, it is the same") {
  const auto all = [](auto isa) {
    using Isa = decltype(isa);
    for (const std::size_t end : {4u, 5u, 8u, 11u, 39u, 40u}) {
      check_lanes<Isa>(Along{3, 8}, 1, end);
      for (const std::size_t count : {1u, 3u, 20u, 64u})
        check_lanes<Isa>(Across{5, count}, count, end);
    }
  };
  all(isa::Portable{});
  all(isa::Scalar{});
#if IDDPM_X86_TARGETS
  if (instruction_set() >= InstructionSet::avx2) all(isa::Avx2{});
  if (instruction_set() >= InstructionSet::avx512) all(isa::Avx512{});
#endif
}

TEST_CASE("without noise nothing is drawn, and z is 0") {
  std::vector<float> out(130, -1.0f);
  for_each_element(
      isa::Portable{}, NoNoise<float>{}, std::size_t{0}, 0, 130, [](std::size_t e) { return e; },
      [](std::size_t e, float z) { return static_cast<float>(e) + z; },
      [&](std::size_t e, float value) { out[e] = value; });
  for (std::size_t e = 0; e < 130; ++e) CHECK(out[e] == static_cast<float>(e));
}
