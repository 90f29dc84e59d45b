// SPDX-License-Identifier: MIT
#include "support/values.hpp"
#include <iddpm/training/ema.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

using namespace iddpm;
using test::values;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

template <class R>
Tensor<R, 1, Exec> constant(double value, std::size_t size = 3000) {
  const Tensor<R, 1, Exec> v("v", size);
  Kokkos::deep_copy(v, static_cast<R>(value));
  return v;
}

}  // namespace

TEST_CASE_TEMPLATE("a young average follows quickly: rates 1/10, 2/11, 3/12", R, float, double) {
  Ema<R, Exec> ema(Exec{}, constant<R>(0), 0.999);
  double expected = 0;
  for (const double rate : {0.1, 2.0 / 11, 0.25}) {
    ema.update(Exec{}, constant<R>(1));
    expected = rate * expected + (1 - rate);
    const auto average = values(ema.average());
    for (const std::size_t e : {0u, 1023u, 1024u, 2999u})
      CHECK(average[e] == doctest::Approx(expected).epsilon(1e-6));
  }
  CHECK(ema.updates() == 3);
}

TEST_CASE("an old average moves at its rate") {
  Ema<double, Exec> ema(Exec{}, constant<double>(2), 0.75);
  ema.set_updates(1000);
  ema.update(Exec{}, constant<double>(6));
  CHECK(values(ema.average())[0] == 3);
}

TEST_CASE("the average begins as a copy, and the rate 0 keeps it one") {
  const auto p = constant<double>(2);
  Ema<double, Exec> ema(Exec{}, p, 0);
  Kokkos::deep_copy(p, 5.0);
  CHECK(values(ema.average())[0] == 2);
  ema.update(Exec{}, p);
  CHECK(values(ema.average())[0] == 5);
}

TEST_CASE_TEMPLATE("several rates are as many averages, each as if alone", R, float, double) {
  const std::vector<double> rates{0.999, 0.9999, 0.5, 0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7};
  Ema<R, Exec> all(Exec{}, constant<R>(1), rates);
  std::vector<Ema<R, Exec>> alone;
  for (const double rate : rates) alone.emplace_back(Exec{}, constant<R>(1), rate);
  for (const double value : {2.0, -3.0, 0.7}) {
    all.update(Exec{}, constant<R>(value));
    for (auto& ema : alone) ema.update(Exec{}, constant<R>(value));
  }
  REQUIRE(all.averages().extent(0) == rates.size());
  for (std::size_t k = 0; k < rates.size(); ++k) {
    CHECK(values(all.average(k)) == values(alone[k].average()));
    CHECK(all.average(k).data() == all.averages().data() + k * all.averages().stride(0));
  }
}

TEST_CASE("without a warm-up the first update has the full rate, as in the reference") {
  Ema<double, Exec> ema(Exec{}, constant<double>(2), {0.75, 0.5}, false);
  ema.update(Exec{}, constant<double>(6));
  CHECK(values(ema.average())[0] == 3);
  CHECK(values(ema.average(1))[0] == 4);
}

TEST_CASE("an average outlives its Ema") {
  Tensor<float, 1, Exec> average;
  average = Ema<float, Exec>(Exec{}, constant<float>(4), {0.5, 0.75}).average(1);
  CHECK(values(average) == std::vector<double>(3000, 4));
}

TEST_CASE("wrong rates and extents are refused") {
  using I = std::invalid_argument;
  const auto p = constant<float>(1, 3);
  CHECK_THROWS_WITH_AS((Ema<float, Exec>(Exec{}, p, 1)), "Ema: rate must be in [0, 1); got 1", I);
  CHECK_THROWS_WITH_AS((Ema<float, Exec>(Exec{}, p, {0.5, -0.5})),
                       "Ema: rate must be in [0, 1); got -0.5", I);
  CHECK_THROWS_WITH_AS((Ema<float, Exec>(Exec{}, p, std::vector<double>{})),
                       "Ema: rates must hold at least one rate; got none", I);
  Ema<float, Exec> ema(Exec{}, p, 0.5);
  CHECK_THROWS_WITH_AS(ema.update(Exec{}, constant<float>(1, 4)),
                       "Ema::update: parameters must have 3 elements; got 4", I);
  CHECK_THROWS_WITH_AS(ema.average(1),
                       "Ema::average: k must be below the number of rates (1); got 1", I);
}
