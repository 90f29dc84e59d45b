// SPDX-License-Identifier: MIT
#include "support/values.hpp"
#include <iddpm/training/adamw.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace iddpm;
using test::from_values, test::values;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

template <class R>
Tensor<R, 0, Exec> scalar(double value) {
  const Tensor<R, 0, Exec> s("s");
  Kokkos::deep_copy(s, static_cast<R>(value));
  return s;
}

template <class R>
constexpr double tolerance = std::same_as<R, float> ? 1e-5 : 1e-13;

}  // namespace

TEST_CASE_TEMPLATE("the first step moves by the learning rate, against the gradient", R, float,
                   double) {
  const auto p = from_values<R>({1, 1, 1}), g = from_values<R>({2, -0.5, 0});
  AdamW<R, Exec> adamw(Exec{}, 3);
  adamw.step(Exec{}, 0.01, g, p);
  // m / (1 - beta1) = g, sqrt(v / (1 - beta2)) = |g|
  const auto moved = values(p);
  CHECK(moved[0] == doctest::Approx(0.99).epsilon(1e-7));
  CHECK(moved[1] == doctest::Approx(1.01).epsilon(1e-7));
  CHECK(moved[2] == 1);
  CHECK(values(adamw.mean())[0] == doctest::Approx(0.2));
  CHECK(values(adamw.square())[0] == doctest::Approx(0.004));
  CHECK(values(adamw.powers()) == std::vector{0.9, 0.999});
}

TEST_CASE_TEMPLATE("fifty steps are those of the textbook", R, float, double) {
  constexpr std::size_t size = 5000;
  const AdamWOptions o{0.8, 0.95, 1e-6, 0.1};
  const Tensor<R, 1, Exec> p("p", size), g("g", size);
  std::vector<double> q(size), m(size), v(size), gradient(size);
  for (std::size_t e = 0; e < size; ++e)
    q[e] = static_cast<double>(static_cast<R>(std::sin(double(e))));
  test::set_values(p, q);
  AdamW<R, Exec> adamw(Exec{}, size, o);
  for (int n = 1; n <= 50; ++n) {
    const double rate = 0.01 * n;
    for (std::size_t e = 0; e < size; ++e) {
      const double exact = std::cos(double(e) * n) * std::pow(10.0, double(e % 9) - 6);
      gradient[e] = static_cast<double>(static_cast<R>(exact));
      const double d = 0.5 * gradient[e];
      m[e] = o.beta1 * m[e] + (1 - o.beta1) * d;
      v[e] = o.beta2 * v[e] + (1 - o.beta2) * d * d;
      const double mean = m[e] / (1 - std::pow(o.beta1, n));
      const double square = v[e] / (1 - std::pow(o.beta2, n));
      q[e] -= rate * (mean / (std::sqrt(square) + o.epsilon) + o.weight_decay * q[e]);
    }
    test::set_values(g, gradient);
    adamw.step(Exec{}, rate, g, scalar<R>(0.5), p);
  }
  double worst = 0;
  const auto found = values(p);
  for (std::size_t e = 0; e < size; ++e) worst = std::max(worst, std::abs(found[e] - q[e]));
  CHECK(worst < 10 * tolerance<R>);
}

TEST_CASE_TEMPLATE("the root that vectorises is as good as the library's", R, float, double) {
  const R eps = std::numeric_limits<R>::epsilon();
  for (double x = 1e-30; x < 1e30; x *= 1.37) {
    const R v = static_cast<R>(x);
    CHECK(std::abs(detail::square_root(v) - std::sqrt(v)) <= 2 * eps * std::sqrt(v));
  }
  CHECK(detail::square_root(R(0)) == 0);
  CHECK(detail::square_root(std::numeric_limits<R>::denorm_min()) < R(1e-18));
}

TEST_CASE("a scale that is not above zero skips the step, whatever the gradient holds") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto p = from_values<double>({1, 2}), g = from_values<double>({nan, HUGE_VAL});
  const AdamWOptions o{.weight_decay = 0.5};
  AdamW<double, Exec> adamw(Exec{}, 2, o), twin(Exec{}, 2, o);
  for (const double skip : {0.0, nan, -1.0}) adamw.step(Exec{}, 0.1, g, scalar<double>(skip), p);
  CHECK(values(p) == std::vector<double>{1, 2});
  CHECK(values(adamw.powers())[0] == 1);

  const auto q = from_values<double>({1, 2}), finite = from_values<double>({0.3, -4});
  adamw.step(Exec{}, 0.1, finite, p);
  twin.step(Exec{}, 0.1, finite, q);
  CHECK(values(p) == values(q));
}

TEST_CASE("a restored state goes on as if it had never stopped") {
  const auto p = from_values<double>({1, 2}), q = from_values<double>({1, 2});
  const auto g = from_values<double>({0.3, -4});
  AdamW<double, Exec> first(Exec{}, 2), all(Exec{}, 2), second(Exec{}, 2);
  for (int n = 0; n < 3; ++n) first.step(Exec{}, 0.1, g, p);
  Kokkos::deep_copy(second.mean(), first.mean());
  Kokkos::deep_copy(second.square(), first.square());
  Kokkos::deep_copy(second.powers(), first.powers());
  second.step(Exec{}, 0.1, g, p);
  for (int n = 0; n < 4; ++n) all.step(Exec{}, 0.1, g, q);
  CHECK(values(p) == values(q));
}

TEST_CASE("wrong constants, rates and extents are refused") {
  using Optimiser = AdamW<float, Exec>;
  using I = std::invalid_argument;
  const auto make = [](const AdamWOptions& o) { return Optimiser(Exec{}, 2, o); };
  CHECK_THROWS_WITH_AS(make({.beta1 = 1}), "AdamW: beta1 must be in [0, 1); got 1", I);
  CHECK_THROWS_WITH_AS(make({.beta2 = -1}), "AdamW: beta2 must be in [0, 1); got -1", I);
  CHECK_THROWS_WITH_AS(make({.epsilon = 0}), "AdamW: epsilon must be finite and above 0; got 0", I);
  CHECK_THROWS_WITH_AS(make({.weight_decay = -2}),
                       "AdamW: weight_decay must be finite and at least 0; got -2", I);
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(make({.beta1 = -1}), "AdamW: beta1 must be in [0, 1); got -1", I);
  CHECK_THROWS_WITH_AS(make({.beta2 = 1}), "AdamW: beta2 must be in [0, 1); got 1", I);
  CHECK_THROWS_WITH_AS(make({.epsilon = infinity}),
                       "AdamW: epsilon must be finite and above 0; got inf", I);
  CHECK_THROWS_WITH_AS(make({.weight_decay = infinity}),
                       "AdamW: weight_decay must be finite and at least 0; got inf", I);
  Optimiser adamw(Exec{}, 2);
  const auto two = from_values<float>({1, 2}), three = from_values<float>({1, 2, 3});
  CHECK_THROWS_WITH_AS(adamw.step(Exec{}, -1, two, two),
                       "AdamW::step: learning_rate must be finite and at least 0; got -1", I);
  CHECK_THROWS_WITH_AS(adamw.step(Exec{}, infinity, two, two),
                       "AdamW::step: learning_rate must be finite and at least 0; got inf", I);
  CHECK_THROWS_WITH_AS(adamw.step(Exec{}, 1, three, two),
                       "AdamW::step: gradient must have 2 elements; got 3", I);
  CHECK_THROWS_WITH_AS(adamw.step(Exec{}, 1, two, three),
                       "AdamW::step: parameters must have 2 elements; got 3", I);
}
