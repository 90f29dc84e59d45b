// SPDX-License-Identifier: MIT
#include <iddpm/schedule/coefficients.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/respaced.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace iddpm::schedule;

TEST_CASE("sections share the timesteps, the first ones longer, and keep both their ends") {
  CHECK(space_timesteps(10, "3,2") == std::vector<int>{0, 2, 4, 5, 9});
  CHECK(space_timesteps(7, "2,2") == std::vector<int>{0, 3, 4, 6});
  CHECK(space_timesteps(10, "ddim5") == std::vector<int>{0, 2, 4, 6, 8});
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

TEST_CASE("keeping every step changes nothing, and respacing twice composes the maps") {
  const Custom base({0.1, 0.2, 0.3, 0.4});
  CHECK(Respaced(base, "4").betas() == base.betas());
  const Respaced once(base, std::vector<int>{0, 2, 3});
  const Respaced<Respaced<Custom>> twice(once, std::vector<int>{1, 2});
  CHECK(twice.timestep_map() == std::vector<int>{2, 3});
  CHECK(twice.original_num_timesteps() == 4);
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
  refused("ddim37",
          "space_timesteps: ddimN must be a number of steps that a whole stride gives "
          "for T = 1000; got 37");
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
}
