// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/observer.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace iddpm;

namespace {

using golden::Exec;
using X = Tensor<float, 4, Exec>;
using P =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

const NoiseStream noise{.seed = 9};

X x_T() {
  const X x("x", 2, 1, 3, 5);
  fill_normal(Exec{}, noise.initial(), x);
  return x;
}

template <class O>
std::vector<double> sampled(O&& observer) {
  const X x = x_T();
  sample(Exec{}, P{schedule::Cosine{8}}, sampler::Ancestral{}, golden::ClosedFormNet{}, noise, x,
         std::forward<O>(observer));
  Exec{}.fence();
  return golden::values(x);
}

struct StopAfter {
  int steps;
  std::vector<double> seen = {};

  bool operator()(const Exec&, const SamplingStep& step, const X&, const X&) {
    seen.push_back(step.t_next);
    return --steps > 0;
  }
};

struct WantsXStart {
  static constexpr bool wants_x_start = true;
  std::vector<bool>& had;
  bool& begun;

  void begin(const Exec&, const X&) const { begun = true; }
  void operator()(const Exec&, const SamplingStep&, const X&, const X& x_start) const {
    had.push_back(x_start.data() != nullptr);
  }
};

}  // namespace

TEST_CASE("the default observer takes anything and wants nothing") {
  static_assert(!NullObserver::wants_x_start, "the default observer wants no x_start");
  const SamplingStep step{.index = 2, .count = 10, .t = 7, .t_next = 6};
  NullObserver{}(0, step, 1.0, 1.0);
  CHECK(step.t == step.count - 1 - step.index);
}

TEST_CASE("an observer that returns false stops the run where it is") {
  StopAfter stop{3};
  const auto stopped = sampled(stop);
  CHECK(stop.seen == std::vector<double>{6, 5, 4});
  const X x = x_T();
  auto run = progressive(Exec{}, P{schedule::Cosine{8}}, sampler::Ancestral{},
                         golden::ClosedFormNet{}, noise, x);
  for (int k = 0; k < 3; ++k) run.advance();
  Exec{}.fence();
  CHECK(golden::values(x) == stopped);
}

TEST_CASE("what an observer writes into x is what the next step begins with") {
  const auto forget = [](const Exec& exec, const SamplingStep& step, const X& x, const X&) {
    if (step.index == 3) fill_normal(exec, noise.user(1), x);
  };
  const X x("x", 2, 1, 3, 5);
  fill_normal(Exec{}, noise.user(1), x);
  auto rest = progressive(Exec{}, P{schedule::Cosine{8}}, sampler::Ancestral{},
                          golden::ClosedFormNet{}, noise, x, {.first = 4});
  while (rest.advance()) {
  }
  Exec{}.fence();
  CHECK(golden::values(x) == sampled(forget));
}

TEST_CASE("the step tells the noise level of the new state") {
  const P process{schedule::Cosine{8}};
  sampled([&](const Exec&, const SamplingStep& step, const X&, const X&) {
    const auto t = static_cast<std::size_t>(step.t);
    CHECK(step.t_next == step.t - 1);
    CHECK(step.row.alpha_bar == process.coefficients()[t].alpha_bar);
    CHECK(step.row.alpha_bar_prev == (t > 0 ? process.coefficients()[t - 1].alpha_bar : 1));
    CHECK_FALSE(step.rises);
  });
}

TEST_CASE("several observers are told in order; one that stops, stops the run for all") {
  StopAfter stop{5};
  std::vector<bool> had;
  bool begun = false;
  Observers both{WantsXStart{had, begun}, stop};
  static_assert(decltype(both)::wants_x_start, "one of them wants x_start");
  sampled(both);
  CHECK(begun);
  CHECK(had == std::vector<bool>(5, true));
  CHECK(stop.seen.size() == 5);
  CHECK(stop.steps == 0);
}
