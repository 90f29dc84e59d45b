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

TEST_CASE("with weights, t is the same and every weight is 1") {
  const Exec exec;
  const Draw address = NoiseStream{.seed = 42}.timestep(3);
  const Kokkos::View<int*, Exec> t("t", 7);
  const Kokkos::View<float*, Exec> weight("weight", 7), short_weight("weight", 6);
  static_assert(TimestepSampler<timestep::Uniform, Exec, decltype(t), decltype(weight)>, "a model");
  timestep::Uniform{}(exec, 10, address, t, weight);
  exec.fence();
  const auto host_t = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, t);
  const auto host_weight = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, weight);
  const auto expected = draw(10, 7, address);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(host_t(i) == expected[i]);
    CHECK(host_weight(i) == 1);
  }
  CHECK_THROWS_WITH_AS(timestep::Uniform{}(exec, 10, address, t, short_weight),
                       "Uniform: weight must hold one value per sample (7); got 6",
                       std::invalid_argument);
}
