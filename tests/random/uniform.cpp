// SPDX-License-Identifier: MIT
#include <iddpm/random/noise_stream.hpp>
#include <iddpm/random/uniform.hpp>

#include <doctest/doctest.h>

#include <vector>

TEST_CASE("uniform_index is floor(word count / 2^32)") {
  CHECK(iddpm::uniform_index(0, 1000) == 0);
  CHECK(iddpm::uniform_index(0xffffffffu, 1000) == 999);
  CHECK(iddpm::uniform_index(0x80000000u, 1000) == 500);
  CHECK(iddpm::uniform_index(0x7fffffffu, 1000) == 499);
  CHECK(iddpm::uniform_index(0xffffffffu, 1) == 0);
  CHECK(iddpm::uniform_index(12345, 0xffffffffu) == 12344);
}

TEST_CASE("uniform_unit is the middle of the word's interval, exactly") {
  CHECK(iddpm::uniform_unit(0) == 0x1p-33);
  CHECK(iddpm::uniform_unit(0x80000000u) == 0.5 + 0x1p-33);
  CHECK(iddpm::uniform_unit(0xffffffffu) == 1 - 0x1p-33);
}

TEST_CASE("timestep draws visit every t about equally often") {
  constexpr std::uint32_t timesteps = 10, draws = 20000;
  std::vector<int> visits(timesteps);
  const iddpm::Draw draw = iddpm::NoiseStream{.seed = 1}.timestep(0);
  for (std::uint32_t i = 0; i < draws; ++i)
    ++visits[iddpm::uniform_index(iddpm::words(draw, i, 0)[0], timesteps)];
  for (const int count : visits) CHECK(count == doctest::Approx(2000).epsilon(0.1));
}
