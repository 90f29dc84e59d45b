// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/random/for_each_element.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

constexpr NoiseStream noise{.seed = 42};

// What the elements [begin, end) of a sample get, in order, in the way of an instruction set.
template <class Isa = isa::Portable, class Source>
std::vector<float> handed_out(const Source& source, std::size_t sample, std::size_t begin,
                              std::size_t end) {
  std::vector<float> values(end - begin, -100.0f);
  for_each_element(
      Isa{}, source, sample, begin, end, [](std::size_t e) { return e; },
      [&](std::size_t e, float z) {
        CHECK((e >= begin && e < end));
        return z;
      },
      [&](std::size_t e, float z) { values[e - begin] = z; });
  return values;
}

}  // namespace

TEST_CASE("drawn noise hands out the normals of its addresses, in order") {
  const auto values = handed_out(DrawnNoise<float>{noise.sampler(17)}, 5, 4, 11);
  REQUIRE(values.size() == 7);
  const auto first = normals<float>(noise.sampler(17), 5, 1);
  const auto second = normals<float>(noise.sampler(17), 5, 2);
  for (std::size_t lane = 0; lane < 4; ++lane) CHECK(values[lane] == first[lane]);
  for (std::size_t lane = 0; lane < 3; ++lane) CHECK(values[4 + lane] == second[lane]);
}

TEST_CASE("no noise hands out zeros") {
  CHECK(handed_out(NoNoise<float>{}, 0, 4, 7) == std::vector<float>(3, 0.0f));
}

TEST_CASE("a draw and a View that it filled are the same noise") {
  const Kokkos::View<float**, Kokkos::LayoutRight, Kokkos::HostSpace> x("x", 3, 10),
      view("v", 3, 10);
  const Kokkos::DefaultHostExecutionSpace exec;
  fill_normal(exec, noise.training(2), view);
  exec.fence();
  std::vector<float> drawn, stored;
  const auto take = [](std::vector<float>& values) {
    return [&values](const auto& source, const auto& batch) {
      for (std::size_t b = 0; b < batch.samples; ++b)
        for (const float value : handed_out(source, b, 0, batch.size)) values.push_back(value);
    };
  };
  visit_with_noise("test", take(drawn), noise.training(2), x);
  visit_with_noise("test", take(stored), view, x);
  CHECK(drawn.size() == 30);
  CHECK(drawn == stored);
}

TEST_CASE("a noise View must have the extents of the batch") {
  const Tensor<float, 2, Exec> x("x", 3, 10), view("view", 3, 11);
  CHECK_THROWS_WITH_AS(visit_with_noise(
                           "test", [](const auto&...) {}, view, x),
                       "test: noise must have the extents of the batch (3, 10); got (3, 11)",
                       std::invalid_argument);
}
