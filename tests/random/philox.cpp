// SPDX-License-Identifier: MIT
#include <iddpm/random/philox.hpp>

#include <doctest/doctest.h>

using Words = Kokkos::Array<std::uint32_t, 4>;

namespace {

bool equal(const Words& a, const Words& b) {
  return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

}  // namespace

TEST_CASE("philox4x32_10 gives Random123's known answers") {
  CHECK(equal(iddpm::philox4x32_10({0, 0, 0, 0}, {0, 0}),
              {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
  constexpr std::uint32_t ones = 0xffffffffu;
  CHECK(equal(iddpm::philox4x32_10({ones, ones, ones, ones}, {ones, ones}),
              {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}));
  CHECK(equal(iddpm::philox4x32_10({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u},
                                   {0xa4093822u, 0x299f31d0u}),
              {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}));
}
