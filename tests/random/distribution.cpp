// SPDX-License-Identifier: MIT
// The distribution of what fill_normal makes, and that each statistic refuses a sample that is
// wrong by a little.
#include <doctest/doctest.h>
#include <support/noise_sample.hpp>
#include <support/statistics.hpp>

using namespace iddpm;

namespace {

constexpr std::uint64_t seed = 20261125;
// A true sample passes this many standard errors, or this probability, about once in a million.
constexpr double most_errors = 5, least_p = 1e-6;

// The moments, and how many lie beyond 3, 4 and 5 on either side.
struct Summary {
  test::Moments moments;
  std::uint64_t count = 0;
  std::array<std::uint64_t, 3> over{}, under{};

  void add(double z) {
    moments.add(z);
    ++count;
    for (std::size_t i = 0; i < 3; ++i) {
      const double sigma = static_cast<double>(i + 3);
      over[i] += z > sigma;
      under[i] += z < -sigma;
    }
  }

  [[nodiscard]] double tail_p(std::size_t sigma, const std::array<std::uint64_t, 3>& side) const {
    return test::binomial_p(count, test::above(static_cast<double>(sigma)), side[sigma - 3]);
  }
};

template <class R, class Change>
Summary summary(const std::vector<R>& sample, const Change& change) {
  Summary result;
  for (const R z : sample) result.add(change(static_cast<double>(z)));
  return result;
}

template <class R>
std::span<const R> sort(std::vector<R>& sample) {
  std::sort(sample.begin(), sample.end());
  return sample;
}

}  // namespace

TEST_CASE("the statistics of hand-worked samples") {
  CHECK(test::normal_moment(8) == 105);
  CHECK(test::normal_moment(16) == 2027025);
  CHECK(test::normal_moment(3) == 0);
  // Quotients, for Approx takes small numbers as equal.
  CHECK(test::binomial_p(10, 0.5, 2) / (2 * 56 / 1024.0) == doctest::Approx(1));
  CHECK(test::binomial_p(10, 0.5, 5) == 1);
  CHECK(test::binomial_p(20, 0.01, 2) / 0.0337186753 == doctest::Approx(1).epsilon(1e-8));
  CHECK(test::binomial_p(1000000, 0.5, 502500) / 5.76254164e-7 == doctest::Approx(1).epsilon(1e-6));
  CHECK(test::binomial_p(1000000, 0.5, 497500) / 5.76254164e-7 == doctest::Approx(1).epsilon(1e-6));
  const std::array<double, 1> middle{0.0};
  CHECK(test::kolmogorov_smirnov(std::span<const double>(middle)) == doctest::Approx(0.5));
  CHECK(test::anderson_darling(std::span<const double>(middle)) ==
        doctest::Approx(2 * std::numbers::ln2 - 1));
  const double k = test::kolmogorov_smirnov_limit;
  CHECK(2 * std::exp(-2 * k * k) == doctest::Approx(0.001).epsilon(1e-3));
}

TEST_CASE_TEMPLATE("moments to order 8 and tails at 3, 4 and 5 sigma", R, float, double) {
  INFO("seed ", seed);
  const std::uint64_t steps = std::same_as<R, float> ? 4 : 1;
  const std::size_t samples = std::same_as<R, float> ? 4096 : 1024;
  Summary all;
  for (std::uint64_t step = 0; step < steps; ++step)
    for (const R z : test::noise_sample<R>(NoiseStream{seed}.sampler(step), samples, 4096))
      all.add(static_cast<double>(z));
  for (int k = 1; k <= test::Moments::highest; ++k) {
    INFO("moment ", k, " of ", all.count);
    CHECK(std::abs(all.moments.deviation(k)) < most_errors);
  }
  for (std::size_t sigma = 3; sigma <= 5; ++sigma) {
    INFO(all.over[sigma - 3], " above and ", all.under[sigma - 3], " below ", sigma, " sigma");
    CHECK(all.tail_p(sigma, all.over) > least_p);
    CHECK(all.tail_p(sigma, all.under) > least_p);
  }
}

TEST_CASE("moments and tails refuse samples that are wrong by a little") {
  const auto sample = test::noise_sample<float>(NoiseStream{seed}.user(0), 1024, 4096);
  const double error = 1 / std::sqrt(static_cast<double>(sample.size()));
  const auto scaled = summary(sample, [&](double z) { return z * (1 + 20 * error); });
  const auto shifted = summary(sample, [&](double z) { return z + 20 * error; });
  for (int k = 2; k <= 8; k += 2) CHECK(std::abs(scaled.moments.deviation(k)) > most_errors);
  for (int k = 1; k <= 7; k += 2) CHECK(std::abs(shifted.moments.deviation(k)) > most_errors);

  const auto wide = summary(sample, [](double z) { return z * 1.02; });
  CHECK(wide.tail_p(3, wide.over) < least_p);
  CHECK(wide.tail_p(3, wide.under) < least_p);
  const auto clipped = summary(sample, [](double z) { return std::clamp(z, -3.9, 3.9); });
  CHECK(clipped.tail_p(4, clipped.over) < least_p);
  CHECK(clipped.tail_p(4, clipped.under) < least_p);
  const auto heavy = summary(sample, [](double z) { return std::abs(z) > 4.4 ? 1.2 * z : z; });
  CHECK(heavy.tail_p(5, heavy.over) < least_p);
  CHECK(heavy.tail_p(5, heavy.under) < least_p);
}

TEST_CASE_TEMPLATE("the distribution function, and that of each lane of a block", R, float,
                   double) {
  INFO("seed ", seed);
  auto sample = test::noise_sample<R>(NoiseStream{seed}.training(1),
                                      std::same_as<R, float> ? 1024 : 256, 4096);
  for (std::size_t lane = 0; lane < 4; ++lane) {
    INFO("lane ", lane);
    std::vector<R> of_lane;
    for (std::size_t e = lane; e < sample.size(); e += 4) of_lane.push_back(sample[e]);
    const auto sorted = sort(of_lane);
    CHECK(test::kolmogorov_smirnov(sorted) < test::kolmogorov_smirnov_limit);
    CHECK(test::anderson_darling(sorted) < test::anderson_darling_limit);
  }
  const auto sorted = sort(sample);
  CHECK(test::kolmogorov_smirnov(sorted) < test::kolmogorov_smirnov_limit);
  CHECK(test::anderson_darling(sorted) < test::anderson_darling_limit);
}

TEST_CASE("the distribution function refuses samples that are wrong by a little") {
  const auto sample = test::noise_sample<float>(NoiseStream{seed}.user(1), 256, 4096);
  const float error = 1 / std::sqrt(static_cast<float>(sample.size()));
  const auto refused = [&](const auto& change) {
    std::vector<float> changed(sample.size());
    std::transform(sample.begin(), sample.end(), changed.begin(), change);
    const auto sorted = sort(changed);
    CHECK(test::kolmogorov_smirnov(sorted) > test::kolmogorov_smirnov_limit);
    CHECK(test::anderson_darling(sorted) > test::anderson_darling_limit);
  };
  refused([&](float z) { return z * (1 + 20 * error); });
  refused([&](float z) { return z + 10 * error; });
  refused([](float z) { return std::clamp(z, -2.5f, 2.5f); });
}
