// SPDX-License-Identifier: MIT
#include <iddpm/schedule/coefficients.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/noise_levels.hpp>
#include <iddpm/schedule/respaced.hpp>
#include <iddpm/schedule/scaled_linear.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace iddpm::schedule;

namespace {

// The steps of every k-th, for the smallest k below T that keeps `count`, by trying them all.
std::vector<int> brute_force_ddim(int num_timesteps, int count) {
  for (int k = 1; k < num_timesteps || k == 1; ++k) {
    std::vector<int> kept;
    for (int t = 0; t < num_timesteps; t += k) kept.push_back(t);
    if (static_cast<int>(kept.size()) == count) return kept;
  }
  return {};
}

// Whether steps begin .. end of `kept` are spread evenly over start .. start + size - 1.
bool is_even_section(const std::vector<int>& kept, std::size_t begin, std::size_t end, int start,
                     int size) {
  const double stride = end - begin > 1 ? (size - 1.0) / static_cast<double>(end - begin - 1) : 0;
  for (std::size_t i = begin; i < end; ++i) {
    const double exact = start + stride * static_cast<double>(i - begin);
    if (std::abs(kept[i] - exact) > 0.5 + 1e-9 || (i > begin && kept[i] <= kept[i - 1]))
      return false;
  }
  return kept[begin] == start && (end - begin == 1 || kept[end - 1] == start + size - 1);
}

}  // namespace

TEST_CASE("sections share the timesteps, the first ones longer, and keep both their ends") {
  CHECK(space_timesteps(10, "3,2") == std::vector<int>{0, 2, 4, 5, 9});
  CHECK(space_timesteps(7, "2,2") == std::vector<int>{0, 3, 4, 6});
  CHECK(space_timesteps(10, "ddim5") == std::vector<int>{0, 2, 4, 6, 8});
}

TEST_CASE("one count keeps that many steps, evenly, at every T up to 300") {
  int failed = 0;
  for (int T = 1; T <= 300; ++T)
    for (int S = 1; S <= T; ++S) {
      const auto kept = space_timesteps(T, std::vector<int>{S});
      failed += kept.size() != static_cast<std::size_t>(S) ||
                !is_even_section(kept, 0, kept.size(), 0, T) ||
                kept != space_timesteps(T, std::to_string(S));
    }
  CHECK(failed == 0);
}

TEST_CASE("two counts cut T into halves, the first one longer, at every T up to 300") {
  int failed = 0;
  for (int T = 2; T <= 300; ++T)
    for (int a = 1; a <= (T + 1) / 2; ++a)
      for (const int b : {1, T / 4 + 1, T / 2}) {
        if (b > T / 2) continue;
        const auto kept = space_timesteps(T, std::to_string(a) + ',' + std::to_string(b));
        const auto cut = static_cast<std::size_t>(a), all = cut + static_cast<std::size_t>(b);
        failed += kept.size() != all || !is_even_section(kept, 0, cut, 0, (T + 1) / 2) ||
                  !is_even_section(kept, cut, all, (T + 1) / 2, T / 2);
      }
  CHECK(failed == 0);
}

TEST_CASE("ddimN is the smallest stride that keeps N, or refused, at every T up to 300") {
  int failed = 0;
  for (int T = 1; T <= 300; ++T)
    for (int N = 1; N <= T + 1; ++N) {
      const std::vector<int> expected = brute_force_ddim(T, N);
      std::vector<int> kept;
      try {
        kept = space_timesteps(T, "ddim" + std::to_string(N));
      } catch (const std::invalid_argument&) {
      }
      failed += kept != expected;
    }
  CHECK(failed == 0);
}

TEST_CASE("an impossible ddimN names the nearest possible ones") {
  const auto refused = [](int num_timesteps, const char* spec, const char* nearest) {
    const std::string sentence =
        "space_timesteps: ddimN must be a number of steps that a whole stride gives for T = " +
        std::to_string(num_timesteps) + ", such as " + nearest;
    CHECK_THROWS_WITH_AS(space_timesteps(num_timesteps, spec), sentence.c_str(),
                         std::invalid_argument);
  };
  refused(1000, "ddim95", "91 or 100; got 95");
  refused(1000, "ddim37", "36 or 38; got 37");
  refused(1000, "ddim999", "500 or 1000; got 999");
  refused(1000, "ddim1001", "1000; got 1001");
  refused(1000, "ddim1", "2; got 1");
  refused(1, "ddim2", "1; got 2");
  CHECK(space_timesteps(1, "ddim1") == std::vector<int>{0});
}

TEST_CASE("a list of counts is the text \"a,b,c\"") {
  CHECK(space_timesteps(1000, std::vector<int>{10, 15, 20}) == space_timesteps(1000, "10,15,20"));
  CHECK(space_timesteps(10, {3, 2}) == std::vector<int>{0, 2, 4, 5, 9});
  const auto refused = [](int num_timesteps, const std::vector<int>& counts, const char* sentence) {
    CHECK_THROWS_WITH_AS(space_timesteps(num_timesteps, counts), sentence, std::invalid_argument);
  };
  refused(10, {}, "space_timesteps: counts must hold at least one count; got none");
  refused(10, {3, 0}, "space_timesteps: a section's count must be at least 1; got 0");
  refused(10, {3, 6}, "space_timesteps: a section's count must be at most its 5 steps; got 6");
  refused(2, {1, 1, 1}, "space_timesteps: a section's count must be at most its 0 steps; got 1");
  refused(0, {1}, "space_timesteps: num_timesteps must be positive; got 0");
  CHECK_THROWS_WITH_AS(space_timesteps(0, "1"),
                       "space_timesteps: num_timesteps must be positive; got 0",
                       std::invalid_argument);
}

TEST_CASE("every golden respacing gives the reference's steps or is refused") {
  const auto cases =
      nlohmann::json::parse(std::ifstream(std::string(IDDPM_GOLDEN_DIR) + "/respacing.json"));
  REQUIRE(cases.size() > 10);
  for (const auto& item : cases) {
    const int num_timesteps = item["timesteps"];
    const std::string spec = item["respacing"];
    CAPTURE(num_timesteps);
    CAPTURE(spec);
    if (item.contains("refused"))
      CHECK_THROWS_AS(space_timesteps(num_timesteps, spec), std::invalid_argument);
    else
      CHECK(space_timesteps(num_timesteps, spec) == item["steps"].get<std::vector<int>>());
  }
}

TEST_CASE("the kept steps' alpha_bar is the base process's") {
  const Cosine base{100};
  const Respaced respaced(base, "10,5");
  const auto all = iddpm::make_coefficients(base), kept = iddpm::make_coefficients(respaced);
  REQUIRE(kept.size() == 15);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto t = static_cast<std::size_t>(respaced.timestep_map()[i]);
    CHECK(kept[i].alpha_bar == doctest::Approx(all[t].alpha_bar).epsilon(1e-13));
  }
}

// The largest relative error of what rests on alpha_bar, in the table and in NoiseLevels.
template <class Base>
double error_of_respaced(const Base& base, const char* spec) {
  const Respaced respaced(base, spec);
  const auto all = iddpm::make_coefficients(base), kept = iddpm::make_coefficients(respaced);
  const iddpm::NoiseLevels whole(all), levels(kept);
  const std::vector<int> steps = space_timesteps(static_cast<int>(all.size()), spec);
  double worst = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto& want = all[static_cast<std::size_t>(steps[i])];
    const double before = i > 0 ? kept[i - 1].alpha_bar : 1;
    for (const double error :
         {kept[i].alpha_bar / want.alpha_bar - 1,
          kept[i].one_minus_alpha_bar / want.one_minus_alpha_bar - 1,
          kept[i].sqrt_alpha * kept[i].sqrt_alpha / (want.alpha_bar / before) - 1,
          levels.log_alpha_bar(static_cast<double>(i)) / whole.log_alpha_bar(steps[i]) - 1})
      if (!(std::abs(error) <= worst)) worst = std::abs(error);  // a NaN is one
  }
  return worst;
}

TEST_CASE("a beta near 1 loses nothing of the alpha_bar behind it") {
  for (const char* spec : {"2", "3", "5", "50"}) {
    CAPTURE(spec);
    CHECK(error_of_respaced(Cosine{1000}, spec) < 2e-14);
    CHECK(error_of_respaced(Cosine{4000}, spec) < 2e-14);
    CHECK(error_of_respaced(ScaledLinear{8000}, spec) < 2e-14);
    CHECK(error_of_respaced(Linear{1000, 1e-4, 0.25}, spec) < 2e-14);
    CHECK(error_of_respaced(Respaced(Linear{1000, 1e-4, 0.25}, "20"), "2") < 2e-14);
  }
}

TEST_CASE("keeping every step changes nothing, and respacing twice composes the maps") {
  const Custom base({0.1, 0.2, 0.3, 0.4});
  CHECK(Respaced(base, "4").betas() == base.betas());
  const Respaced once(base, std::vector<int>{0, 2, 3});
  const Respaced<Respaced<Custom>> twice(once, std::vector<int>{1, 2});
  CHECK(twice.timestep_map() == std::vector<int>{2, 3});
  CHECK(twice.original_num_timesteps() == 4);
  CHECK(twice.num_timesteps() == 2);
  CHECK(twice.betas()[0] == doctest::Approx(1 - 0.9 * 0.8 * 0.7));
}

TEST_CASE("specs that cannot be read or met are refused with a sentence") {
  const auto refused = [](const char* spec, const char* sentence) {
    CHECK_THROWS_WITH_AS(space_timesteps(1000, spec), sentence, std::invalid_argument);
  };
  refused("ten",
          "space_timesteps: spec must be \"ddimN\" or counts \"a,b,c\" of at least 1; "
          "got \"ten\"");
  refused("10,",
          "space_timesteps: spec must be \"ddimN\" or counts \"a,b,c\" of at least 1; "
          "got \"10,\"");
  refused("",
          "space_timesteps: spec must be \"ddimN\" or counts \"a,b,c\" of at least 1; got \"\"");
  refused("99999999999",
          "space_timesteps: spec must be \"ddimN\" or counts \"a,b,c\" of at least "
          "1; got \"99999999999\"");
  refused("ddim",
          "space_timesteps: spec must be \"ddimN\" or counts \"a,b,c\" of at least "
          "1; got \"ddim\"");
  refused("2000", "space_timesteps: a section's count must be at most its 1000 steps; got 2000");
}

TEST_CASE("kept steps that do not increase inside the process are refused with a sentence") {
  const Custom base({0.1, 0.2, 0.3});
  CHECK_THROWS_WITH_AS(Respaced(base, std::vector<int>{}),
                       "Respaced: kept must hold at least one timestep; got none",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Respaced(base, std::vector<int>{1, 1}),
                       "Respaced: kept must be strictly increasing from 0 to at most 2; "
                       "got 1 after 1",
                       std::invalid_argument);
  CHECK_THROWS_AS(Respaced(base, std::vector<int>{0, 3}), std::invalid_argument);
  CHECK_THROWS_AS(Respaced(base, std::vector<int>{-1, 2}), std::invalid_argument);
}

TEST_CASE("a base whose alphas have another length is refused with a sentence") {
  struct Told : Custom {
    using Custom::Custom;
    [[nodiscard]] std::vector<double> alphas() const { return {0.9}; }
  };
  CHECK_THROWS_WITH_AS(Respaced(Told({0.1, 0.2, 0.9}), "2"),
                       "Respaced: the base's alphas must have as many entries as betas (3); got 1",
                       std::invalid_argument);
}

TEST_CASE("a base whose timestep_map has another length is refused with a sentence") {
  struct Mapped : Custom {
    using Custom::Custom;
    [[nodiscard]] std::vector<int> timestep_map() const { return {7}; }
  };
  CHECK_THROWS_WITH_AS(
      Respaced(Mapped({0.1, 0.2, 0.3}), "2"),
      "Respaced: the base's timestep_map must have as many entries as betas (3); got 1",
      std::invalid_argument);
}
