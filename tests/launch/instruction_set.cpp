// SPDX-License-Identifier: MIT
#include <iddpm/launch/instruction_set.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

using namespace iddpm;

TEST_CASE("the widest instruction set is used unless the environment names a narrower one") {
  using detail::chosen_instruction_set;
  CHECK(chosen_instruction_set(nullptr, InstructionSet::avx512) == InstructionSet::avx512);
  CHECK(chosen_instruction_set("portable", InstructionSet::avx512) == InstructionSet::portable);
  CHECK(chosen_instruction_set("avx2", InstructionSet::avx512) == InstructionSet::avx2);
  CHECK(chosen_instruction_set("avx2", InstructionSet::avx2) == InstructionSet::avx2);
}

TEST_CASE("a name that is unknown, or more than the processor has, is refused") {
  const std::string rule =
      "instruction_set: the environment's IDDPM_INSTRUCTION_SET must be portable, avx2 or avx512, "
      "and no more than this processor has; got ";
  const auto choose = [](const char* wanted, InstructionSet widest) {
    return detail::chosen_instruction_set(wanted, widest);
  };
  CHECK_THROWS_WITH_AS(choose("sse9", InstructionSet::avx512), (rule + "sse9").c_str(),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(choose("", InstructionSet::avx512), rule.c_str(), std::invalid_argument);
  CHECK_THROWS_WITH_AS(choose("avx512", InstructionSet::avx2), (rule + "avx512").c_str(),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(choose("avx2", InstructionSet::portable), (rule + "avx2").c_str(),
                       std::invalid_argument);
}

TEST_CASE("a body gets the tag of the instruction set, and is called once") {
  for (int i = 0; i <= static_cast<int>(detail::widest_instruction_set()); ++i) {
    int tag = -1, calls = 0;
    detail::with_instruction_set(static_cast<InstructionSet>(i), [&](auto isa) {
      using Isa = decltype(isa);
      tag = std::is_same_v<Isa, isa::Avx512> ? 2 : std::is_same_v<Isa, isa::Avx2> ? 1 : 0;
      ++calls;
    });
    CHECK(tag == i);
    CHECK(calls == 1);
  }
}

#if IDDPM_X86_TARGETS
TEST_CASE("lanes are computed by AVX2 or not at all") {
  for (int i = 0; i <= static_cast<int>(detail::widest_instruction_set()); ++i) {
    const auto set = static_cast<InstructionSet>(i);
    int calls = 0;
    const bool called = detail::with_lanes(set, [&](auto isa) {
      CHECK(std::is_same_v<decltype(isa), isa::Avx2>);
      ++calls;
    });
    CHECK(called == (set != InstructionSet::portable));
    CHECK(calls == (called ? 1 : 0));
  }
}
#endif
