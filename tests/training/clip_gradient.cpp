// SPDX-License-Identifier: MIT
#include <iddpm/training/clip_gradient.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultHostExecutionSpace;

template <View V>
ClipGradient<value_t<V>, Exec> clipped(const V& gradient, double max_norm) {
  const ClipGradient<value_t<V>, Exec> clip(Exec{}, gradient.extent(0), max_norm);
  clip(Exec{}, gradient);
  Exec{}.fence();
  return clip;
}

template <class R>
Tensor<R, 1, Exec> three_four(std::size_t size) {
  const Tensor<R, 1, Exec> g("g", size);
  g(0) = 3;
  g(size - 1) = -4;
  return g;
}

}  // namespace

TEST_CASE_TEMPLATE("a gradient of norm 5 is scaled to the largest norm, never up", R, float,
                   double) {
  for (const std::size_t size : {2u, 1024u, 1025u, 5000u}) {
    const auto g = three_four<R>(size);
    CHECK(clipped(g, 1).norm()() == 5);
    CHECK(clipped(g, 1).factor()() == static_cast<R>(0.2));
    CHECK(clipped(g, 5).factor()() == 1);
    CHECK(clipped(g, 7).factor()() == 1);
  }
}

TEST_CASE("all elements count, once each") {
  const Tensor<double, 1, Exec> g("g", 3001);
  double squares = 0;
  for (std::size_t e = 0; e < g.extent(0); ++e) {
    g(e) = static_cast<double>(e % 13);
    squares += g(e) * g(e);
  }
  CHECK(clipped(g, 1).norm()() == std::sqrt(squares));
}

TEST_CASE("large and small elements of a float neither overflow nor vanish") {
  const Tensor<float, 1, Exec> g("g", 2);
  g(0) = 3e30f;
  g(1) = 4e30f;
  CHECK(clipped(g, 1).norm()() == doctest::Approx(5e30));
  g(0) = 3e-30f;
  g(1) = 4e-30f;
  CHECK(clipped(g, 1).norm()() == doctest::Approx(5e-30));
  CHECK(clipped(g, 1).factor()() == 1);
}

TEST_CASE("a norm that is not finite says: skip the step") {
  const auto g = three_four<float>(5000);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), HUGE_VALF, -HUGE_VALF}) {
    g(2345) = bad;
    CHECK(clipped(g, 1).factor()() == 0);
    CHECK(clipped(g, HUGE_VAL).factor()() == 0);
  }
}

TEST_CASE("an infinite largest norm clips nothing, and an empty gradient has norm 0") {
  CHECK(clipped(three_four<float>(9), HUGE_VAL).factor()() == 1);
  const Tensor<float, 1, Exec> none("none", 0);
  CHECK(clipped(none, 1).norm()() == 0);
  CHECK(clipped(none, 1).factor()() == 1);
}

TEST_CASE("wrong norms and extents are refused") {
  using I = std::invalid_argument;
  const auto g = three_four<float>(3);
  CHECK_THROWS_WITH_AS(clipped(g, 0), "ClipGradient: max_norm must be above 0; got 0", I);
  CHECK_THROWS_WITH_AS(clipped(g, std::nan("")), "ClipGradient: max_norm must be above 0; got nan",
                       I);
  const ClipGradient<float, Exec> clip(Exec{}, 4, 1);
  CHECK_THROWS_WITH_AS(clip(Exec{}, g), "ClipGradient: gradient must have 4 elements; got 3", I);
}
