// SPDX-License-Identifier: MIT
// That normals with different addresses are independent: their products, and the products of their
// squares, which a pair that shares a radius would give away.
#include <doctest/doctest.h>
#include <support/noise_sample.hpp>
#include <support/statistics.hpp>

#include <vector>

using namespace iddpm;

namespace {

constexpr std::uint64_t seed = 20261126;
// A true sample passes this many standard errors about once in a million.
constexpr double most_errors = 5;

template <class R>
test::Dependence dependence(std::span<const R> x, std::span<const R> y) {
  test::Dependence result;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
    result.add(static_cast<double>(x[i]), static_cast<double>(y[i]));
  return result;
}

template <class R>
void check_independent(const std::vector<R>& x, const std::vector<R>& y) {
  const auto found = dependence<R>(x, y);
  CHECK(std::abs(found.linear()) < most_errors);
  CHECK(std::abs(found.of_squares()) < most_errors);
}

// One sample of 2^17 elements.
std::vector<float> one_sample(const Draw& draw) {
  return test::noise_sample<float>(draw, 1, std::size_t{1} << 17);
}

}  // namespace

TEST_CASE_TEMPLATE("elements at lags 1 to 8, and at powers of two up to 2^20", R, float, double) {
  INFO("seed ", seed);
  const auto sample = test::noise_sample<R>(NoiseStream{seed}.initial(), 1,
                                            std::size_t{1} << (std::same_as<R, float> ? 23 : 21));
  std::vector<std::size_t> lags{1, 2, 3, 4, 5, 6, 7, 8};
  for (std::size_t lag = 16; lag <= std::size_t{1} << 20; lag *= 2) lags.push_back(lag);
  for (const std::size_t lag : lags) {
    INFO("lag ", lag);
    const auto found =
        dependence(std::span<const R>(sample).subspan(lag), std::span<const R>(sample));
    CHECK(std::abs(found.linear()) < most_errors);
    CHECK(std::abs(found.of_squares()) < most_errors);
  }
}

TEST_CASE_TEMPLATE("the four lanes of a block", R, float, double) {
  INFO("seed ", seed);
  const auto sample = test::noise_sample<R>(NoiseStream{seed}.sampler(0), 1024, 4096);
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = a + 1; b < 4; ++b) {
      INFO("lanes ", a, " and ", b);
      test::Dependence found;
      for (std::size_t e = 0; e < sample.size(); e += 4)
        found.add(static_cast<double>(sample[e + a]), static_cast<double>(sample[e + b]));
      CHECK(std::abs(found.linear()) < most_errors);
      CHECK(std::abs(found.of_squares()) < most_errors);
    }
}

TEST_CASE("neighbouring samples") {
  INFO("seed ", seed);
  const std::size_t size = 4096;
  const auto batch = test::noise_sample<float>(NoiseStream{seed}.training(3), 1024, size);
  for (const std::size_t apart : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u}) {
    INFO("samples ", apart, " apart");
    const auto all = std::span<const float>(batch);
    const auto found = dependence(all.subspan(apart * size), all);
    CHECK(std::abs(found.linear()) < most_errors);
    CHECK(std::abs(found.of_squares()) < most_errors);
  }
}

TEST_CASE("neighbouring steps, and all pairs of purposes") {
  INFO("seed ", seed);
  const NoiseStream noise{seed};
  auto before = test::noise_sample<float>(noise.sampler(0), 64, 4096);
  for (std::uint64_t step = 1; step <= 32; ++step) {
    INFO("steps ", step - 1, " and ", step);
    auto after = test::noise_sample<float>(noise.sampler(step), 64, 4096);
    check_independent(before, after);
    before = std::move(after);
  }
  std::vector<std::vector<float>> of_purpose;
  for (std::uint32_t purpose = 0; purpose < 12; ++purpose)
    of_purpose.push_back(
        test::noise_sample<float>(noise.at(static_cast<Purpose>(purpose), 7), 64, 4096));
  for (std::size_t a = 0; a < of_purpose.size(); ++a)
    for (std::size_t b = a + 1; b < of_purpose.size(); ++b) {
      INFO("purposes ", a, " and ", b);
      check_independent(of_purpose[a], of_purpose[b]);
    }
}

TEST_CASE("addresses that differ in one bit of the seed, sample, step or purpose") {
  INFO("seed ", seed);
  const NoiseStream noise{.seed = seed, .first_sample = 5};
  const std::uint32_t purpose = 2, step = 1000;
  const auto base = one_sample(noise.at(static_cast<Purpose>(purpose), step));
  const auto check = [&](const char* what, unsigned bit, const Draw& draw) {
    INFO(what, ", bit ", bit);
    check_independent(base, one_sample(draw));
  };
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t flip = std::uint64_t{1} << bit;
    NoiseStream other = noise;
    other.seed ^= flip;
    check("seed", bit, other.at(static_cast<Purpose>(purpose), step));
    other = noise;
    other.first_sample ^= flip;
    check("sample", bit, other.at(static_cast<Purpose>(purpose), step));
  }
  for (unsigned bit = 0; bit < 24; ++bit)
    check("step", bit, noise.at(static_cast<Purpose>(purpose), step ^ (1u << bit)));
  for (unsigned bit = 0; bit < 8; ++bit)
    check("purpose", bit, noise.at(static_cast<Purpose>(purpose ^ (1u << bit)), step));
}

TEST_CASE("a little dependence is found, of either kind") {
  const auto x = one_sample(NoiseStream{seed}.user(0)), y = one_sample(NoiseStream{seed}.user(1));
  const float error = 1 / std::sqrt(static_cast<float>(x.size()));
  std::vector<float> leaning(x.size()), wider(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    leaning[i] = y[i] + 20 * error * x[i];
    wider[i] = y[i] * (1 + 10 * error * (x[i] * x[i] - 1));
  }
  CHECK(dependence<float>(x, leaning).linear() > most_errors);
  CHECK(dependence<float>(x, wider).of_squares() > most_errors);
  CHECK(std::abs(dependence<float>(x, wider).linear()) < most_errors);
  CHECK(dependence<float>(x, x).linear() > most_errors);

  std::vector<float> echo = x;
  for (std::size_t i = 3; i < x.size(); ++i) echo[i] += 20 * error * x[i - 3];
  const auto all = std::span<const float>(echo);
  CHECK(dependence(all.subspan(3), all).linear() > most_errors);
  CHECK(std::abs(dependence(all.subspan(2), all).linear()) < most_errors);
}
