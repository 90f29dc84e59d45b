// SPDX-License-Identifier: MIT
#include <iddpm/core/batch.hpp>
#include <iddpm/random/for_each_element.hpp>

#include <doctest/doctest.h>

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
    auto to = output(Isa{}, Batch<float>{direct.data(), 1, 600, 600});
    auto optional = output(Isa{}, Batch<float>{staged.data(), 1, 600, 600}, is_wanted);
    for_each_element(
        Isa{}, DrawnNoise<float>{draw}, 0, begin, end, [&](auto e) -> float { return x(0, e); },
        [](float value, float z) { return 10 * value + z; },
        [&](auto e, float value) {
          to(0, e) = value;
          optional(0, e) = value;
        },
        to, optional);
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

TEST_CASE("without noise nothing is drawn, and z is 0") {
  std::vector<float> out(130, -1.0f);
  for_each_element(
      isa::Portable{}, NoNoise<float>{}, 0, 0, 130, [](std::size_t e) { return e; },
      [](std::size_t e, float z) { return static_cast<float>(e) + z; },
      [&](std::size_t e, float value) { out[e] = value; });
  for (std::size_t e = 0; e < 130; ++e) CHECK(out[e] == static_cast<float>(e));
}
