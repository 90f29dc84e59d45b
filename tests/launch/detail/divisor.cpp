// SPDX-License-Identifier: MIT
#include <iddpm/launch/detail/divisor.hpp>

#include <doctest/doctest.h>

#include <random>
#include <vector>

using iddpm::detail::Divisor;

TEST_CASE("a divisor's quotients are those of an integer division") {
  constexpr std::uint64_t two_31 = std::uint64_t{1} << 31;
  std::vector<std::uint64_t> divisors{1, 2, 3, 5, 7, 10, 641, 65535, 65536, 65537};
  for (const std::uint64_t d : {two_31 - 1, two_31, two_31 + 1, 3 * two_31, two_31 << 20})
    divisors.push_back(d);
  std::mt19937_64 random(7);
  for (int i = 0; i < 200; ++i) divisors.push_back(1 + (random() >> (33 + i % 30)));
  for (const std::uint64_t d : divisors) {
    CAPTURE(d);
    const Divisor divisor(d);
    const auto check = [&](std::uint64_t n) { return divisor.quotient(n) == n / d; };
    bool all = check(0) && check(1) && check(two_31 - 1) && check(two_31) && check(~0ull);
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t n = random() >> (i % 64), multiple = n - n % d;
      // Around multiples an inexact product shows first.
      all = all && check(n) && check(multiple) && check(multiple - 1) && check(multiple + d - 1);
    }
    for (std::uint64_t k = 1; k <= 50; ++k) {
      const std::uint64_t multiple = (two_31 - 1) / d - k;
      if (multiple * d < two_31) all = all && check(multiple * d) && check(multiple * d - 1);
    }
    CHECK(all);
  }
}
