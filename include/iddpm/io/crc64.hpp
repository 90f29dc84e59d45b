// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace iddpm::io {

namespace detail {

/// What k more bytes make of a byte, for k = 0 .. 7.
using Crc64Tables = std::array<std::array<std::uint64_t, 256>, 8>;

constexpr Crc64Tables make_crc64_tables() {
  Crc64Tables tables{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    std::uint64_t rest = byte;
    for (int bit = 0; bit < 8; ++bit)
      rest = (rest & 1) != 0 ? rest >> 1 ^ 0xc96c5795d7870f42u : rest >> 1;
    tables[0][byte] = rest;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = tables[0][tables[k - 1][byte] & 255] ^ tables[k - 1][byte] >> 8;
  return tables;
}

inline constexpr Crc64Tables crc64_tables = make_crc64_tables();

}  // namespace detail

/// CRC-64/XZ (ECMA-182's polynomial, reflected) of bytes that come in parts: finds every burst of
/// up to 64 wrong bits. Of "123456789" it is 0x995dc9bbdf1939fa.
class Crc64 {
 public:
  /// Takes the next bytes.
  void add(std::string_view bytes) {
    const auto& tables = detail::crc64_tables;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {  // a table a byte, so that none waits for another
      std::uint64_t next = 0;
      for (std::size_t k = 0; k < 8; ++k)
        next ^= tables[7 - k][(state_ >> (8 * k) & 255) ^ at(i + k)];
      state_ = next;
    }
    for (; i < bytes.size(); ++i) state_ = tables[0][(state_ & 255) ^ at(i)] ^ state_ >> 8;
  }

  /// Of all bytes so far.
  [[nodiscard]] std::uint64_t value() const { return ~state_; }

 private:
  std::uint64_t state_ = ~std::uint64_t{0};
};

}  // namespace iddpm::io
