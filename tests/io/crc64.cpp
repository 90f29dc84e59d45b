// SPDX-License-Identifier: MIT
#include <iddpm/io/crc64.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

using iddpm::io::Crc64;

namespace {

std::uint64_t crc_of(std::string_view bytes) {
  Crc64 crc;
  crc.add(bytes);
  return crc.value();
}

// The definition, a bit at a time.
std::uint64_t by_bits(std::string_view bytes) {
  std::uint64_t rest = ~std::uint64_t{0};
  for (const char byte : bytes) {
    rest ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit)
      rest = (rest & 1) != 0 ? rest >> 1 ^ 0xc96c5795d7870f42u : rest >> 1;
  }
  return ~rest;
}

}  // namespace

TEST_CASE("the check value of CRC-64/XZ") {
  CHECK(crc_of("123456789") == 0x995dc9bbdf1939fau);
  CHECK(crc_of("") == 0);
}

TEST_CASE("any length is the definition's, in one part or in many") {
  std::string bytes;
  for (int n = 0; n < 40; ++n) {
    CHECK(crc_of(bytes) == by_bits(bytes));
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      Crc64 parts;
      parts.add(std::string_view(bytes).substr(0, cut));
      parts.add(std::string_view(bytes).substr(cut));
      CHECK(parts.value() == by_bits(bytes));
    }
    bytes.push_back(static_cast<char>(37 * n + 11));
  }
}

TEST_CASE("every flipped bit is seen") {
  std::string bytes(24, 'x');
  const std::uint64_t whole = crc_of(bytes);
  for (char& byte : bytes)
    for (int bit = 0; bit < 8; ++bit) {
      byte = static_cast<char>(byte ^ 1 << bit);
      CHECK(crc_of(bytes) != whole);
      byte = static_cast<char>(byte ^ 1 << bit);
    }
}
