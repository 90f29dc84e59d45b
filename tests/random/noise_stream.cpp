// SPDX-License-Identifier: MIT
#include <iddpm/random/noise_stream.hpp>

#include <doctest/doctest.h>
#include <support/noise_addresses.hpp>

#include <type_traits>

using namespace iddpm;

using Words = Kokkos::Array<std::uint32_t, 4>;

namespace {

bool equal(const Words& a, const Words& b) {
  return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

bool equal(const Draw& a, const Draw& b) {
  return a.seed == b.seed && a.first_sample == b.first_sample && a.purpose == b.purpose &&
         a.step == b.step;
}

}  // namespace

TEST_CASE("seed 42, sampler noise, step 17, sample 5, block 1 has its known words") {
  CHECK(equal(words(NoiseStream{.seed = 42}.sampler(17), 5, 1),
              {0x275153c6u, 0x95e2409bu, 0xa088346du, 0x53324fd4u}));
}

TEST_CASE("the zero key and the zero counter are the seed 0 and the first block of x_T") {
  CHECK(equal(words(NoiseStream{}.initial(), 0, 0),
              {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
}

TEST_CASE("a draw that says nothing is seed 0's first one for users") {
  CHECK(equal(Draw{}, NoiseStream{}.user(0)));
  CHECK(noise_version == 1);
}

TEST_CASE("the counter is (block, purpose 2^24 + step, sample), the key the seed, low word first") {
  const NoiseStream noise{.seed = 0x299f31d0a4093822u, .first_sample = 0x0370734413198a00u};
  const Draw draw = noise.at(static_cast<Purpose>(0x85), 0xa308d3u);
  CHECK(
      equal(words(draw, 0x2eu, 0x243f6a88u), {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}));
}

TEST_CASE("the golden addresses have their words") {
  const auto addresses = test::noise_addresses();
  REQUIRE(addresses.size() == 64);
  for (const auto& address : addresses)
    CHECK(equal(words(address.draw, 0, address.block), address.words));
}

TEST_CASE("sample i of a batch has the global index first_sample + i") {
  const Draw whole = NoiseStream{.seed = 3}.sampler(1);
  const Draw later = NoiseStream{.seed = 3, .first_sample = 7}.sampler(1);
  CHECK(equal(words(whole, 9, 4), words(later, 2, 4)));
}

TEST_CASE("each name is its purpose") {
  const NoiseStream noise{.seed = 1, .first_sample = 2};
  CHECK(equal(noise.initial(), noise.at(Purpose::initial, 0)));
  CHECK(equal(noise.sampler(5), noise.at(Purpose::sampler, 5)));
  CHECK(equal(noise.training(5), noise.at(Purpose::training, 5)));
  CHECK(equal(noise.timestep(5), noise.at(Purpose::timestep, 5)));
  CHECK(equal(noise.likelihood(5), noise.at(Purpose::likelihood, 5)));
  CHECK(equal(noise.user(5), noise.at(Purpose::user, 5)));
  CHECK(equal(noise.second_draw(5), noise.at(Purpose::second_draw, 5)));
  CHECK(equal(noise.known_region(5), noise.at(Purpose::known_region, 5)));
  CHECK(equal(noise.renoising(5), noise.at(Purpose::renoising, 5)));
  CHECK(equal(noise.data_order(5), noise.at(Purpose::data_order, 5)));
  CHECK(equal(noise.weights(5), noise.at(Purpose::weights, 5)));
  CHECK(equal(noise.dropout(5), noise.at(Purpose::dropout, 5)));
}

TEST_CASE("the purposes keep their numbers") {
  const Purpose purposes[] = {Purpose::initial,     Purpose::sampler,      Purpose::training,
                              Purpose::timestep,    Purpose::likelihood,   Purpose::user,
                              Purpose::second_draw, Purpose::known_region, Purpose::renoising,
                              Purpose::data_order,  Purpose::weights,      Purpose::dropout};
  std::uint32_t number = 0;
  for (const Purpose purpose : purposes) CHECK(static_cast<std::uint32_t>(purpose) == number++);
  CHECK(noise_version == 1);
}

TEST_CASE("a draw is trivial to copy into a kernel") {
  CHECK(std::is_trivially_copyable_v<Draw>);
  CHECK(std::is_trivially_copyable_v<NoiseStream>);
}

TEST_CASE("steps and purposes that do not fit their bits are refused") {
  const NoiseStream noise;
  CHECK(noise.sampler(16777215).step == 16777215);
  CHECK_THROWS_WITH_AS(static_cast<void>(noise.sampler(16777216)),
                       "NoiseStream::at: step must be below 2^24; got 16777216",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(static_cast<void>(noise.at(static_cast<Purpose>(256), 0)),
                       "NoiseStream::at: purpose must be below 2^8; got 256",
                       std::invalid_argument);
}
