// SPDX-License-Identifier: MIT
#include "support/values.hpp"
#include <iddpm/training/clip_gradient.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace iddpm;
using test::from_values;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

template <View V>
ClipGradient<value_t<V>, Exec> clipped(const V& gradient, double max_norm) {
  const ClipGradient<value_t<V>, Exec> clip(Exec{}, gradient.extent(0), max_norm);
  clip(Exec{}, gradient);
  return clip;
}

// The number of a View of rank 0.
template <class V>
double number(const V& view) {
  return test::values(view)[0];
}

std::vector<double> three_four(std::size_t size) {
  std::vector<double> g(size);
  g.front() = 3;
  g.back() = -4;
  return g;
}

}  // namespace

TEST_CASE_TEMPLATE("a gradient of norm 5 is scaled to the largest norm, never up", R, float,
                   double) {
  for (const std::size_t size : {2u, 1024u, 1025u, 5000u}) {
    const auto g = from_values<R>(three_four(size));
    CHECK(number(clipped(g, 1).norm()) == 5);
    CHECK(number(clipped(g, 1).factor()) == static_cast<R>(0.2));
    CHECK(number(clipped(g, 5).factor()) == 1);
    CHECK(number(clipped(g, 7).factor()) == 1);
  }
}

TEST_CASE("all elements count, once each") {
  std::vector<double> g(3001);
  double squares = 0;
  for (std::size_t e = 0; e < g.size(); ++e) {
    g[e] = static_cast<double>(e % 13);
    squares += g[e] * g[e];
  }
  CHECK(number(clipped(from_values<double>(g), 1).norm()) == std::sqrt(squares));
}

TEST_CASE("large and small elements of a float neither overflow nor vanish") {
  CHECK(number(clipped(from_values<float>({3e30, 4e30}), 1).norm()) == doctest::Approx(5e30));
  const auto small = clipped(from_values<float>({3e-30, 4e-30}), 1);
  CHECK(number(small.norm()) == doctest::Approx(5e-30));
  CHECK(number(small.factor()) == 1);
}

TEST_CASE("a norm that is not finite says: skip the step") {
  auto g = three_four(5000);
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, -HUGE_VAL}) {
    g[2345] = bad;
    CHECK(number(clipped(from_values<float>(g), 1).factor()) == 0);
    CHECK(number(clipped(from_values<float>(g), HUGE_VAL).factor()) == 0);
  }
}

TEST_CASE("an infinite largest norm clips nothing, and an empty gradient has norm 0") {
  CHECK(number(clipped(from_values<float>(three_four(9)), HUGE_VAL).factor()) == 1);
  const Tensor<float, 1, Exec> none("none", 0);
  CHECK(number(clipped(none, 1).norm()) == 0);
  CHECK(number(clipped(none, 1).factor()) == 1);
}

TEST_CASE("wrong norms and extents are refused") {
  using I = std::invalid_argument;
  const auto g = from_values<float>({3, 0, -4});
  CHECK_THROWS_WITH_AS(clipped(g, 0), "ClipGradient: max_norm must be above 0; got 0", I);
  CHECK_THROWS_WITH_AS(clipped(g, std::nan("")), "ClipGradient: max_norm must be above 0; got nan",
                       I);
  const ClipGradient<float, Exec> clip(Exec{}, 4, 1);
  CHECK_THROWS_WITH_AS(clip(Exec{}, g), "ClipGradient: gradient must have 4 elements; got 3", I);
}
