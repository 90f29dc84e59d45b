// SPDX-License-Identifier: MIT
// Two instances and many host threads on the same objects: the bits of one after the other.
#include "work.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <latch>
#include <thread>
#include <tuple>
#include <vector>

using namespace iddpm;
using namespace test;

namespace {

// A bool, for a test that fails would print every number.
bool same(const std::vector<double>& a, const std::vector<double>& b) { return a == b; }

std::vector<double> alone(const Shared& shared, std::uint64_t seed) {
  return work(Exec{}, shared, seed);
}

// Everything on each instance at once, instance i with seed i.
std::vector<std::vector<double>> side_by_side(const Shared& shared, const std::vector<Exec>& on) {
  std::vector<std::vector<double>> results(on.size());
  std::vector<std::thread> threads;
  std::latch together(static_cast<std::ptrdiff_t>(on.size()));
  for (std::size_t i = 0; i < on.size(); ++i)
    threads.emplace_back([&, i] {
      together.arrive_and_wait();
      results[i] = work(on[i], shared, i);
    });
  for (std::thread& thread : threads) thread.join();
  return results;
}

void check_side_by_side(const std::vector<Exec>& on) {
  const Shared shared;
  const auto results = side_by_side(shared, on);
  for (std::size_t i = 0; i < on.size(); ++i) {
    CAPTURE(i);
    CHECK(same(results[i], alone(shared, i)));
  }
}

}  // namespace

TEST_CASE("the work's numbers are finite and each seed's own") {
  const Shared shared;
  const auto first = alone(shared, 0);
  CHECK(std::all_of(first.begin(), first.end(), [](double x) { return std::isfinite(x); }));
  CHECK(same(first, alone(shared, 0)));
  CHECK_FALSE(same(first, alone(shared, 1)));
}

TEST_CASE("two instances that partition_space gives, taking turns in one host thread") {
  const auto both = Kokkos::Experimental::partition_space(Exec{}, 1, 1);
  const Exec one = both[0], two = both[1];
  const Shared shared;
  const auto run_of = [&](const Exec& exec, std::uint64_t seed, const Images& x) {
    const NoiseStream noise{.seed = seed};
    fill_normal(exec, noise.initial(), x);
    return progressive(exec, shared.diffusion, shared.ddim, shared.denoiser, noise, x);
  };
  const auto x = images(one, "x"), y = images(two, "y");
  auto first = run_of(one, 0, x), second = run_of(two, 1, y);
  while (first.advance()) CHECK(second.advance());
  for (const auto& [exec, mine, seed] : {std::tuple{one, x, 0u}, std::tuple{two, y, 1u}}) {
    const Exec other;
    const auto expected = images(other, "expected");
    auto run = run_of(other, seed, expected);
    while (run.advance()) {
    }
    std::vector<double> seen, of_one;
    append(exec, mine, seen);
    append(other, expected, of_one);
    CHECK(same(seen, of_one));
  }
}

TEST_CASE("two instances that partition_space gives, each in a host thread" *
          doctest::skip(!several_host_threads())) {
  const auto both = Kokkos::Experimental::partition_space(Exec{}, 1, 1);
  check_side_by_side({both.begin(), both.end()});
}

TEST_CASE("sixteen host threads, each with its own instance, on one of everything" *
          doctest::skip(!several_host_threads())) {
  check_side_by_side(instances(16));
}

TEST_CASE("host threads evaluate one network's parameters, each by a network of its own" *
          doctest::skip(!several_host_threads())) {
  using Net = Mlp<float, Exec>;
  const Net trained(Exec{}, mlp_options(), 3);
  const auto x = images(Exec{}, "x");
  fill_normal(Exec{}, NoiseStream{.seed = 3}.user(0), x);
  Exec{}.fence();
  const auto evaluated = [&](const Exec& exec, const Net& net) {
    const auto out = images(exec, "out", 2);
    net(exec, x, Numbers(Kokkos::view_alloc(exec, "t"), samples), out);
    std::vector<double> numbers;
    append(exec, out, numbers);
    return numbers;
  };
  const auto expected = evaluated(Exec{}, trained);
  std::vector<int> right(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < right.size(); ++i)
    threads.emplace_back([&, i] {
      const Exec exec = instances(1).front();
      const Net mine = Net(exec, mlp_options(), 0).with(trained.parameters());
      right[i] = same(evaluated(exec, mine), expected);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(right == std::vector<int>(4, 1));
}

TEST_CASE("four host threads that share one instance" * doctest::skip(!several_host_threads())) {
  check_side_by_side(std::vector<Exec>(4));
}
