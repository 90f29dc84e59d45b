// SPDX-License-Identifier: MIT
// How an Mlp may be called: batches, shapes, copies, memory, mistakes.
#include "support/values.hpp"
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

using namespace iddpm;
using test::from_values, test::values;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using Net = Mlp<float, Exec>;
using Vector = Tensor<float, 1, Exec>;
using Matrix = Tensor<float, 2, Exec>;

constexpr MlpOptions options{12, 24, 40, 2, 16, 20, 4};

Net network() {
  const Net net(Exec{}, options, 1);
  const Matrix noise("noise", 1, net.parameters().extent(0));
  fill_normal(Exec{}, NoiseStream{.seed = 2}.user(0), noise);
  auto p = values(net.parameters());
  const auto z = values(noise);
  for (std::size_t e = 0; e < p.size(); ++e) p[e] += 0.1 * z[e];
  test::set_values(net.parameters(), p);
  return net;
}

// Samples first, first + 1, ... of a sequence that goes on for ever.
Matrix samples(std::size_t first, std::size_t count) {
  const Matrix x("x", count, 12);
  fill_normal(Exec{}, NoiseStream{.seed = 3, .first_sample = first}.user(0), x);
  return x;
}

Vector timesteps(std::size_t first, std::size_t count) {
  std::vector<double> t(count);
  for (std::size_t i = 0; i < count; ++i) t[i] = 4.3 * static_cast<double>(first + i);
  return from_values<float>(t);
}

std::vector<double> evaluate(const Net& net, std::size_t first, std::size_t count) {
  const Matrix y("y", count, 24);
  net(Exec{}, samples(first, count), timesteps(first, count), y);
  return values(y);
}

int allocations = 0;

struct CountAllocations {
  CountAllocations() {
    allocations = 0;
    Kokkos::Tools::Experimental::set_allocate_data_callback(
        [](Kokkos::Tools::SpaceHandle, const char*, const void*, std::uint64_t) { ++allocations; });
  }
  ~CountAllocations() { Kokkos::Tools::Experimental::set_allocate_data_callback(nullptr); }
};

}  // namespace

TEST_CASE("a sample's output has the same bits in a batch of any size") {
  const Net net = network();
  const auto all = evaluate(net, 0, 150);
  for (const std::size_t count : {std::size_t{1}, std::size_t{7}, std::size_t{64}})
    for (std::size_t first = 0; first + count <= 150; first += count + 20) {
      const auto part = evaluate(net, first, count);
      CHECK(std::equal(part.begin(), part.end(),
                       all.begin() + static_cast<std::ptrdiff_t>(24 * first)));
    }
}

TEST_CASE("an empty batch runs, and its gradient is zero") {
  Net net = network();
  const Matrix x("x", 0, 12), y("y", 0, 24);
  const Vector gradient("gradient", net.parameters().extent(0));
  Kokkos::deep_copy(gradient, 1.0f);
  net.forward(Exec{}, x, Vector("t", 0), y);
  net.backward(Exec{}, y, gradient);
  CHECK(values(gradient) == std::vector<double>(gradient.size()));
}

TEST_CASE("what an earlier batch held does not reach a smaller one's gradient") {
  Net net = network();
  const Vector fresh("fresh", net.parameters().extent(0)), after("after", fresh.extent(0));
  const Matrix y("y", 5, 24);
  const auto gradient_of_five = [&](Net& n, const Vector& gradient) {
    n.forward(Exec{}, samples(0, 5), timesteps(0, 5), y);
    n.backward(Exec{}, y, gradient);
  };
  gradient_of_five(net, fresh);
  Matrix poison = samples(0, 8);
  Kokkos::deep_copy(poison, Kokkos::Experimental::quiet_NaN_v<float>);
  net(Exec{}, poison, timesteps(0, 8), Matrix("y", 8, 24));
  gradient_of_five(net, after);
  CHECK(values(fresh) == values(after));
}

TEST_CASE("a sample has any rank, any layout and any real type") {
  const Net net = network();
  const auto flat = evaluate(net, 0, 7);
  const auto x = samples(0, 7);
  const Tensor<float, 3, Exec> rank3(x.data(), 7, 2, 6), y3("y", 7, 4, 6);
  const Tensor<float, 4, Exec> rank4(x.data(), 7, 1, 3, 4), y4("y", 7, 2, 3, 4);
  net(Exec{}, rank3, timesteps(0, 7), y3);
  net(Exec{}, rank4, timesteps(0, 7), y4);
  CHECK(values(y3) == flat);
  CHECK(values(y4) == flat);

  const Kokkos::View<double***, Kokkos::LayoutLeft, Exec> left("left", 7, 2, 6), out("y", 7, 4, 6);
  Kokkos::deep_copy(left, rank3);
  const std::vector<double> t{0, 10, 20, 30, 40, 50, 60};
  net(Exec{}, left, from_values<int>(t), out);
  net(Exec{}, rank3, from_values<float>(t), y3);
  const Tensor<double, 3, Exec> right("right", 7, 4, 6);
  Kokkos::deep_copy(right, out);
  CHECK(values(right) == values(y3));
}

TEST_CASE("the same network runs with other parameters") {
  const Net net = network();
  const Vector zero("zero", net.parameters().extent(0));
  const auto before = evaluate(net, 0, 4);
  CHECK(evaluate(net.with(zero), 0, 4) == std::vector<double>(before.size()));
  CHECK(evaluate(net, 0, 4) == before);
}

TEST_CASE("batches of one size allocate once") {
  Net net = network();
  const Matrix x = samples(0, 9), y("y", 9, 24);
  const Vector t = timesteps(0, 9), gradient("gradient", net.parameters().extent(0));
  net(Exec{}, x, t, y);
  Exec{}.fence();
  const CountAllocations count;
  for (int step = 0; step < 3; ++step) {
    net.forward(Exec{}, x, t, y);
    net.backward(Exec{}, y, gradient);
    net.with(net.parameters())(Exec{}, x, t, y);
  }
  CHECK(allocations == 0);
}

TEST_CASE("sizes that make no network are refused") {
  const auto changed = [](auto change) {
    MlpOptions o = options;
    change(o);
    return parameter_count(o);
  };
  using I = std::invalid_argument;
  CHECK_THROWS_WITH_AS(changed([](auto& o) { o.data_size = 0; }),
                       "Mlp: data_size must be at least 1; got 0", I);
  CHECK_THROWS_WITH_AS(changed([](auto& o) { o.output_size = 36; }),
                       "Mlp: output_size must be data_size or twice it (12); got 36", I);
  CHECK_THROWS_WITH_AS(changed([](auto& o) { o.width = 0; }),
                       "Mlp: width must be at least 1; got 0", I);
  CHECK_THROWS_WITH_AS(changed([](auto& o) { o.blocks = 0; }),
                       "Mlp: blocks must be at least 1; got 0", I);
  CHECK_THROWS_WITH_AS(changed([](auto& o) { o.time_features = 5; }),
                       "Mlp: time_features must be even and at least 2; got 5", I);
  CHECK_THROWS_WITH_AS(changed([](auto& o) { o.embedding = 0; }),
                       "Mlp: embedding must be at least 1; got 0", I);
  CHECK_THROWS_WITH_AS(changed([](auto& o) { o.head_units = 0; }),
                       "Mlp: head_units must be at least 1; got 0", I);
}

TEST_CASE("batches that do not fit the network are refused") {
  Net net = network();
  const Matrix x = samples(0, 3), y("y", 3, 24);
  const Vector t = timesteps(0, 3), gradient("gradient", parameter_count(options));
  using I = std::invalid_argument;
  CHECK_THROWS_WITH_AS(net(Exec{}, y, t, y),
                       "Mlp: x_t must hold 3 samples of 12 elements; got (3, 24)", I);
  CHECK_THROWS_WITH_AS(net(Exec{}, x, timesteps(0, 2), y),
                       "Mlp: timesteps must hold one value per sample (3); got 2", I);
  CHECK_THROWS_WITH_AS(net(Exec{}, x, t, x),
                       "Mlp: model_output must hold 3 samples of 24 elements; got (3, 12)", I);
  CHECK_THROWS_WITH_AS(net.forward(Exec{}, x, t, x),
                       "Mlp::forward: model_output must hold 3 samples of 24 elements; got (3, 12)",
                       I);
  CHECK_THROWS_WITH_AS(
      net.backward(Exec{}, y, gradient),
      "Mlp::backward: the last evaluation must be a forward; got an inference or none", I);
  net.forward(Exec{}, x, t, y);
  CHECK_THROWS_WITH_AS(
      net.backward(Exec{}, x, gradient),
      "Mlp::backward: d_model_output must hold 3 samples of 24 elements; got (3, 12)", I);
  CHECK_THROWS_WITH_AS(net.backward(Exec{}, y, t),
                       ("Mlp::backward: gradient must have " +
                        std::to_string(parameter_count(options)) + " elements; got 3")
                           .c_str(),
                       I);
  CHECK_THROWS_WITH_AS(static_cast<void>(net.with(t)),
                       ("Mlp::with: parameters must have " +
                        std::to_string(parameter_count(options)) + " elements; got 3")
                           .c_str(),
                       I);
}
