// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/timestep/loss_second_moment.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace iddpm;
using golden::values;

namespace {

using Exec = golden::Exec;
using Sampler = timestep::LossSecondMoment<Exec>;
using Losses = std::vector<double>;

static_assert(LossAwareTimestepSampler<Sampler, Exec, Tensor<int, 1, Exec>, Tensor<float, 1, Exec>>,
              "it learns from losses");

template <class T, class Value>
Tensor<T, 1, Exec> on_device(const std::vector<Value>& list) {
  const Tensor<T, 1, Exec> view("list", list.size());
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t i = 0; i < list.size(); ++i) host(i) = static_cast<T>(list[i]);
  Kokkos::deep_copy(view, host);
  return view;
}

template <class R = double>
void update(Sampler& sampler, const std::vector<int>& t, const Losses& loss) {
  sampler.update(Exec{}, on_device<int>(t), on_device<R>(loss));
  Exec{}.fence();
}

// One loss for each timestep, so often.
void fill(Sampler& sampler, const Losses& loss, int times = 1) {
  std::vector<int> t(loss.size());
  for (std::size_t i = 0; i < t.size(); ++i) t[i] = static_cast<int>(i);
  for (int i = 0; i < times; ++i) update(sampler, t, loss);
}

struct Drawn {
  Losses t, weight;
  bool operator==(const Drawn&) const = default;
};

template <class R = double, class S>
Drawn draw(const S& sampler, int num_timesteps, std::size_t batch, const Draw& address) {
  const Tensor<int, 1, Exec> t("t", batch);
  const Tensor<R, 1, Exec> weight("weight", batch);
  sampler(Exec{}, num_timesteps, address, t, weight);
  Exec{}.fence();
  return {values(t), values(weight)};
}

bool is_weighted(const Sampler& sampler) { return values(sampler.is_weighted())[0] != 0; }

const Draw address = NoiseStream{.seed = 42, .first_sample = 5}.timestep(17);

}  // namespace

TEST_CASE("p is the root mean square of each timestep's last losses, with a uniform share") {
  Sampler sampler(Exec{}, 2, 2, 0.1);
  update(sampler, {0, 0, 1, 0, 1}, {100, 1, 0, 7, 0.5});  // the 100 is pushed out
  // w = (sqrt(50 / 2), sqrt(0.25 / 2)) = (5, sqrt(2) / 4)
  const double share = 5 / (5 + std::sqrt(2) / 4);
  CHECK(values(sampler.p())[0] == doctest::Approx(0.9 * share + 0.05).epsilon(1e-15));
  CHECK(values(sampler.p())[1] == doctest::Approx(0.9 * (1 - share) + 0.05).epsilon(1e-14));
  CHECK(values(sampler.history()) == Losses{1, 7, 0, 0.5});  // the oldest first
  CHECK(values(sampler.cdf())[0] == values(sampler.p())[0]);
  CHECK(values(sampler.cdf())[1] == doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE_TEMPLATE("the reference's probabilities after every 40 losses", R, float, double) {
  const auto t = values(golden::load_timesteps("timestep/t"));
  const auto loss = values(golden::load<double, 1>("timestep/loss"));
  const auto expected = values(golden::load<double, 2>("timestep/p_after_each_40"));
  Sampler sampler(Exec{}, 12);
  for (std::size_t group = 0; group < 10; ++group) {
    const auto first = static_cast<std::ptrdiff_t>(40 * group);
    update<R>(sampler, {t.begin() + first, t.begin() + first + 40},
              {loss.begin() + first, loss.begin() + first + 40});
    const auto row = expected.begin() + static_cast<std::ptrdiff_t>(12 * group);
    const Losses p(row, row + 12);
    CHECK(golden::error(values(sampler.p()), p) < (sizeof(R) == 4 ? 1e-7 : 1e-14));
    CHECK(is_weighted(sampler) == (p != Losses(12, p[0])));
  }
}

TEST_CASE("t is where the cdf passes the first word, and its weight is 1 / (T p)") {
  Sampler sampler(Exec{}, 3, 1, 0.5);
  fill(sampler, {1, 2, 5});
  const auto p = values(sampler.p()), cdf = values(sampler.cdf());
  const Drawn drawn = draw(sampler, 3, 100, address),
              in_float = draw<float>(sampler, 3, 100, address);
  for (std::size_t i = 0; i < 100; ++i) {
    const double u = (words(address, i, 0)[0] + 0.5) / 4294967296.0;
    const std::size_t t = u < cdf[0] ? 0 : u < cdf[1] ? 1 : 2;
    CHECK(drawn.t[i] == static_cast<double>(t));
    CHECK(drawn.weight[i] == 1 / (3 * p[t]));
    CHECK(in_float.weight[i] == static_cast<double>(static_cast<float>(1 / (3 * p[t]))));
  }
}

TEST_CASE("the mean of weight f(t) over draws is the mean of f") {
  Sampler sampler(Exec{}, 12);
  fill(sampler, {9, 4, 2, 1, 0.5, 0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.01}, 10);
  constexpr std::size_t count = 200000;
  const Drawn drawn = draw(sampler, 12, count, address);
  double found = 0, mean = 0, square = 0;
  for (std::size_t i = 0; i < count; ++i) found += drawn.weight[i] * std::exp(-drawn.t[i]) / count;
  for (std::size_t t = 0; t < 12; ++t) {
    const double f = std::exp(-double(t)), p = values(sampler.p())[t];
    mean += f / 12;
    square += p * std::pow(f / (12 * p), 2);
  }
  // four standard deviations of the mean of so many draws
  CHECK(std::abs(found - mean) < 4 * std::sqrt((square - mean * mean) / count));
}

TEST_CASE("draws are uniform, to the bit, until the last timestep has its history") {
  Sampler sampler(Exec{}, 7, 3);
  const Drawn uniform = draw(timestep::Uniform{}, 7, 50, address);
  CHECK(draw(sampler, 7, 50, address) == uniform);
  CHECK(values(sampler.p()) == Losses(7, 1.0 / 7));
  fill(sampler, {1, 2, 3, 4, 5, 6, 7}, 2);
  update(sampler, {0, 1, 2, 3, 4, 6, 6, 6}, Losses(8, 1));
  CHECK(!is_weighted(sampler));
  CHECK(draw(sampler, 7, 50, address) == uniform);
  update(sampler, {5}, {1});
  CHECK(is_weighted(sampler));
  CHECK(draw(sampler, 7, 50, address) != uniform);
}

TEST_CASE("no timestep falls below share / T, and a history of zeros is uniform") {
  Sampler sampler(Exec{}, 4);
  fill(sampler, {0, 0, 0, 0}, 10);
  CHECK(!is_weighted(sampler));
  CHECK(draw(sampler, 4, 50, address) == draw(timestep::Uniform{}, 4, 50, address));
  fill(sampler, {0, 1e-9, 1e9, 1}, 10);
  CHECK(is_weighted(sampler));
  CHECK(values(sampler.p())[0] == 0.001 / 4);
  for (const double p : values(sampler.p())) CHECK(p >= 0.001 / 4);
  fill(sampler, {1e200, 1, 1, 1});
  CHECK(!is_weighted(sampler));  // the square of 1e200 is infinite
}

TEST_CASE_TEMPLATE("losses that are not finite, or of no timestep, are counted and left out", R,
                   float, double) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Sampler sampler(Exec{}, 2, 2);
  update<R>(sampler, {0, 0, 0, 1, 2, -1}, {std::nan(""), 3, infinity, -infinity, 1, 1});
  CHECK(values(sampler.rejected()) == Losses{5});
  CHECK(values(sampler.counts()) == Losses{1, 0});
  CHECK(values(sampler.history()) == Losses{3, 0, 0, 0});
}

TEST_CASE("batches of 0, 1 and 7 work, and a part of a batch is drawn as in the whole") {
  Sampler sampler(Exec{}, 5, 1);
  fill(sampler, {1, 2, 3, 4, 5});
  CHECK(draw(sampler, 5, 0, address).t.empty());
  const Drawn whole = draw(sampler, 5, 7, address);
  for (std::uint64_t i = 0; i < 7; ++i) {
    const Draw part = NoiseStream{.seed = 42, .first_sample = 5 + i}.timestep(17);
    CHECK(draw(sampler, 5, 1, part) == Drawn{{whole.t[i]}, {whole.weight[i]}});
  }
  update(sampler, {}, {});
  CHECK(draw(sampler, 5, 7, address) == whole);
  Sampler single(Exec{}, 1, 1);
  fill(single, {3});
  CHECK(draw(single, 1, 2, address) == Drawn{{0, 0}, {1, 1}});
}

TEST_CASE("a saved history gives the same draws") {
  Sampler one(Exec{}, 5, 2), other(Exec{}, 5, 2);
  fill(one, {1, 2, 3, 4, 5}, 2);
  Kokkos::deep_copy(other.history(), one.history());
  Kokkos::deep_copy(other.counts(), one.counts());
  other.refresh(Exec{});
  CHECK(draw(other, 5, 50, address) == draw(one, 5, 50, address));
  Kokkos::deep_copy(other.counts(), 1000);  // is taken for full
  fill(other, {5, 4, 3, 2, 1}, 2);
  CHECK(values(other.counts()) == Losses(5, 2));
}

TEST_CASE("wrong arguments are refused") {
  using I = std::invalid_argument;
  const auto make = [](int num_timesteps, int history, double share) {
    return Sampler(Exec{}, num_timesteps, history, share);
  };
  CHECK_THROWS_WITH_AS(make(0, 10, 0.1), "LossSecondMoment: num_timesteps must be positive; got 0",
                       I);
  CHECK_THROWS_WITH_AS(make(2, 0, 0.1), "LossSecondMoment: history must be positive; got 0", I);
  CHECK_THROWS_WITH_AS(make(2, -3, 0.1), "LossSecondMoment: history must be positive; got -3", I);
  for (const double share : {0.0, 1.5, -1.0, std::nan("")}) CHECK_THROWS_AS(make(2, 10, share), I);
  CHECK_THROWS_WITH_AS(make(2, 10, 1.5),
                       "LossSecondMoment: uniform_share must be in (0, 1]; got 1.5", I);
  Sampler sampler = make(2, 10, 1);
  CHECK_THROWS_WITH_AS(draw(sampler, 3, 1, address),
                       "LossSecondMoment: num_timesteps must be its own (2); got 3", I);
  CHECK_THROWS_WITH_AS(update(sampler, {0, 1}, {1}),
                       "LossSecondMoment::update: loss must hold one value per sample (2); got 1",
                       I);
  const Tensor<int, 1, Exec> t("t", 2);
  const Tensor<float, 1, Exec> weight("weight", 3);
  CHECK_THROWS_WITH_AS(sampler(Exec{}, 2, address, t, weight),
                       "LossSecondMoment: weight must hold one value per sample (2); got 3", I);
}
