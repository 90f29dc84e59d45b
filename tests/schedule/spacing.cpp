// SPDX-License-Identifier: MIT
#include <iddpm/schedule/spacing.hpp>

#include <doctest/doctest.h>

#include <cstdlib>

using namespace iddpm::schedule;

namespace {

using Spacing = std::vector<int>(int, int);

bool increases_inside(const std::vector<int>& kept, int num_timesteps) {
  int previous = -1;
  for (const int t : kept) {
    if (t <= previous || t >= num_timesteps) return false;
    previous = t;
  }
  return true;
}

// How many (T, S), 2 <= S <= T <= 300, break the rule or are no S increasing timesteps.
template <class Rule>
int failures(Spacing* spacing, Rule rule) {
  int failed = 0;
  for (int T = 1; T <= 300; ++T)
    for (int S = 1; S <= T; ++S) {
      const std::vector<int> kept = spacing(T, S);
      const bool fits = kept.size() == static_cast<std::size_t>(S) && increases_inside(kept, T);
      failed += !(fits && (S == 1 ? kept[0] == T - 1 : rule(T, S, kept)));
    }
  return failed;
}

// Whether `rounded` is numerator / denominator rounded, a half to the even: by its definition.
bool is_rounded(std::int64_t rounded, std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t twice_error = std::abs(2 * (rounded * denominator - numerator));
  return twice_error < denominator || (twice_error == denominator && rounded % 2 == 0);
}

}  // namespace

TEST_CASE("the spacings of ten timesteps are those worked by hand") {
  CHECK(leading_timesteps(10, 4) == std::vector<int>{0, 2, 4, 6});
  CHECK(trailing_timesteps(10, 4) == std::vector<int>{1, 4, 7, 9});      // 2.5, 5, 7.5, 10
  CHECK(linspace_timesteps(10, 3) == std::vector<int>{0, 4, 9});         // 4.5
  CHECK(quadratic_timesteps(10, 5) == std::vector<int>{0, 1, 2, 4, 8});  // 0, 0.5, 2, 4.5, 8
  CHECK(quadratic_timesteps(10, 3) == std::vector<int>{0, 2, 8});
}

TEST_CASE("leading spacing is i (T div S) at every T and S up to 300") {
  CHECK(failures(leading_timesteps, [](int T, int S, const std::vector<int>& kept) {
          int failed = 0;
          for (int i = 0; i < S; ++i) failed += kept[static_cast<std::size_t>(i)] != i * (T / S);
          return failed == 0;
        }) == 0);
}

TEST_CASE("trailing spacing is T - i T / S rounded, less 1, at every T and S up to 300") {
  CHECK(failures(trailing_timesteps, [](int T, int S, const std::vector<int>& kept) {
          int failed = 0;
          for (int i = 0; i < S; ++i)
            failed += !is_rounded(kept[static_cast<std::size_t>(S - 1 - i)] + 1, T * S - i * T, S);
          return failed == 0 && kept.back() == T - 1;
        }) == 0);
}

TEST_CASE("linspace spacing is i (T - 1) / (S - 1) rounded at every T and S up to 300") {
  CHECK(failures(linspace_timesteps, [](int T, int S, const std::vector<int>& kept) {
          int failed = 0;
          for (int i = 0; i < S; ++i)
            failed += !is_rounded(kept[static_cast<std::size_t>(i)], i * (T - 1), S - 1);
          return failed == 0 && kept.front() == 0 && kept.back() == T - 1;
        }) == 0);
}

TEST_CASE("quadratic spacing is 0.8 T (i / (S - 1))^2 rounded down, repeats moved up by one") {
  CHECK(failures(quadratic_timesteps, [](int T, int S, const std::vector<int>& kept) {
          int failed = 0;
          for (int i = 0; i < S; ++i) {
            const std::int64_t t = kept[static_cast<std::size_t>(i)];
            const std::int64_t scale = 5LL * (S - 1) * (S - 1), exact = 4LL * T * i * i;
            const bool is_floor = t * scale <= exact && exact < (t + 1) * scale;
            const bool moved_up =
                i > 0 && t == kept[static_cast<std::size_t>(i - 1)] + 1 && t * scale > exact;
            failed += !(is_floor || moved_up);
          }
          return failed == 0 && kept.front() == 0;
        }) == 0);
}

TEST_CASE("no product overflows at the largest T") {
  const int largest = 2147483647;
  CHECK(trailing_timesteps(largest, 2) == std::vector<int>{1073741823, 2147483646});
  CHECK(linspace_timesteps(largest, 3) == std::vector<int>{0, 1073741823, 2147483646});
  CHECK(quadratic_timesteps(largest, 3) == std::vector<int>{0, 429496729, 1717986917});
  CHECK(detail::floor_quadratic(largest, largest - 1, largest - 1) == 1717986917);
}

TEST_CASE("spacings of no, or of too many, timesteps are refused with a sentence") {
  const auto refused = [](Spacing* spacing, const std::string& name) {
    CHECK_THROWS_WITH_AS(spacing(0, 1), (name + ": num_timesteps must be positive; got 0").c_str(),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(spacing(10, 0), (name + ": steps must be in 1 .. 10; got 0").c_str(),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(spacing(10, 11), (name + ": steps must be in 1 .. 10; got 11").c_str(),
                         std::invalid_argument);
  };
  refused(leading_timesteps, "leading_timesteps");
  refused(trailing_timesteps, "trailing_timesteps");
  refused(linspace_timesteps, "linspace_timesteps");
  refused(quadratic_timesteps, "quadratic_timesteps");
}
