// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/math/float16.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

using namespace iddpm;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// Every finite non-negative number of a type, in order, as doubles.
template <class Half>
std::vector<double> finite_numbers(std::uint16_t infinity_bits) {
  std::vector<double> numbers;
  for (std::uint16_t bits = 0; bits < infinity_bits; ++bits)
    numbers.push_back(static_cast<double>(static_cast<float>(Half::from_bits(bits))));
  return numbers;
}

// How many floats near each border between two neighbours are rounded to the wrong one.
template <class Half>
int wrong_roundings(std::uint16_t infinity_bits) {
  const std::vector<double> numbers = finite_numbers<Half>(infinity_bits);
  int wrong = 0;
  const auto check = [&](float x, std::size_t want) {
    wrong += Half(x).bits() != want;
    wrong += Half(-x).bits() != (want | 0x8000u);
  };
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const auto middle = static_cast<float>((numbers[i] + numbers[i + 1]) / 2);
    check(middle, i % 2 == 0 ? i : i + 1);
    check(std::nextafter(middle, 0.0f), i);
    check(std::nextafter(middle, infinity), i + 1);
    check(static_cast<float>(numbers[i]), i);
  }
  return wrong;
}

}  // namespace

TEST_CASE("binary16 widens exactly: numbers worked by hand") {
  CHECK(static_cast<float>(float16::from_bits(0x3c00)) == 1.0f);
  CHECK(static_cast<float>(float16::from_bits(0xc000)) == -2.0f);
  CHECK(static_cast<float>(float16::from_bits(0x7bff)) == 65504.0f);
  CHECK(static_cast<float>(float16::from_bits(0x0001)) == 0x1p-24f);
  CHECK(static_cast<float>(float16::from_bits(0x03ff)) == 1023 * 0x1p-24f);
  CHECK(static_cast<float>(float16::from_bits(0xfc00)) == -infinity);
  CHECK(std::isnan(static_cast<float>(float16::from_bits(0x7e01))));
  CHECK(std::signbit(static_cast<float>(float16::from_bits(0x8000))));
}

TEST_CASE("stores round to nearest even at every border between two numbers") {
  CHECK(wrong_roundings<float16>(0x7c00) == 0);
  CHECK(wrong_roundings<bfloat16>(0x7f80) == 0);
}

TEST_CASE("what is too large becomes infinity, NaN stays NaN") {
  CHECK(float16(65519.996f).bits() == 0x7bff);
  CHECK(float16(65520.0f).bits() == 0x7c00);
  CHECK(float16(-infinity).bits() == 0xfc00);
  CHECK(float16(0x1p-25f).bits() == 0);
  CHECK(float16(std::nextafter(0x1p-25f, 1.0f)).bits() == 1);
  CHECK(std::isnan(static_cast<float>(float16(std::nanf("")))));
  CHECK(bfloat16(std::numeric_limits<float>::max()).bits() == 0x7f80);
  CHECK(bfloat16(infinity).bits() == 0x7f80);
  CHECK(std::isnan(static_cast<float>(bfloat16(math::from_bits<float>(0x7f800001u)))));
}

TEST_CASE("formulas on 16-bit Views are computed in float") {
  using Exec = Kokkos::DefaultExecutionSpace;
  static_assert(std::is_same_v<compute_t<Tensor<float16, 2, Exec>>, float>, "its compute type");
  static_assert(std::is_same_v<compute_t<Tensor<const bfloat16, 2, Exec>>, float>, "its own too");
  static_assert(sizeof(float16) == 2 && sizeof(bfloat16) == 2, "they are stored in 16 bits");
  static_assert(std::is_trivially_copyable_v<float16>, "a View copies them as bytes");
  CHECK(float16(1.5f) * 2.0f == 3.0f);
}
