// SPDX-License-Identifier: MIT
#include <iddpm/timestep/uniform.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

std::vector<int> draw(int num_timesteps, std::size_t batch, const Draw& address) {
  const Exec exec;
  const Kokkos::View<int*, Exec> t("t", batch);
  timestep::Uniform{}(exec, num_timesteps, address, t);
  exec.fence();
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, t);
  return {host.data(), host.data() + host.size()};
}

}  // namespace

TEST_CASE("t is the top of the first word times T") {
  const Draw address = NoiseStream{.seed = 42, .first_sample = 5}.timestep(17);
  const std::uint64_t word = words(address, 2, 0)[0];
  CHECK(draw(1000, 3, address)[2] == static_cast<int>(word * 1000 >> 32));
}

TEST_CASE("every timestep comes as often as any other") {
  std::vector<int> counts(10);
  for (const int t : draw(10, 100000, NoiseStream{.seed = 1}.timestep(0)))
    ++counts.at(static_cast<std::size_t>(t));
  // 10000 expected, standard deviation 95
  for (const int count : counts) CHECK(std::abs(count - 10000) < 480);
}

TEST_CASE("batches of 0 and 1, and a process of one step, work") {
  CHECK(draw(1000, 0, NoiseStream{}.timestep(0)).empty());
  CHECK(draw(1, 1, NoiseStream{}.timestep(0)) == std::vector<int>{0});
  CHECK_THROWS_WITH_AS(draw(0, 1, NoiseStream{}.timestep(0)),
                       "Uniform: num_timesteps must be positive; got 0", std::invalid_argument);
}
