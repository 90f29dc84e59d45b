// SPDX-License-Identifier: MIT
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/noise_levels.hpp>
#include <iddpm/schedule/respaced.hpp>
#include <iddpm/schedule/scaled_linear.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace iddpm;

namespace {

template <class S>
NoiseLevels levels_of(const S& schedule, bool rescale_timesteps = false) {
  return NoiseLevels(make_coefficients(schedule, rescale_timesteps));
}

// alpha_bar = 1/2, 1/4, 1/32 at t = 0, 1, 2.
NoiseLevels by_hand() { return levels_of(schedule::Custom({0.5, 0.5, 0.875})); }

// The largest |t - t'| in ulps of the largest timestep, from t to lambda and back.
template <class S>
double worst_way_back(const S& schedule) {
  const NoiseLevels levels = levels_of(schedule);
  const double last = levels.num_timesteps() - 1;
  double worst = 0;
  for (int i = 0; i <= 20000; ++i) {
    const double t = -1 + (last + 1) * i / 20000;
    worst = std::max(worst, std::abs(levels.t_of_half_log_snr(levels.half_log_snr(t)) - t));
  }
  return worst / (last * 0x1p-52);
}

}  // namespace

TEST_CASE("values worked by hand, at entries and between them") {
  const NoiseLevels levels = by_hand();
  const double ln2 = std::log(2.0);
  CHECK(levels.num_timesteps() == 3);
  CHECK(levels.log_alpha_bar(-1) == 0);
  CHECK(levels.log_alpha_bar(0) == doctest::Approx(-ln2).epsilon(1e-15));
  CHECK(levels.log_alpha_bar(0.5) == doctest::Approx(-1.5 * ln2).epsilon(1e-15));
  CHECK(levels.log_alpha_bar(1.75) == doctest::Approx(-4.25 * ln2).epsilon(1e-15));
  CHECK(levels.log_alpha_bar(-0.25) == doctest::Approx(-0.75 * ln2).epsilon(1e-15));
  CHECK(levels.alpha_bar(-1) == 1);
  CHECK(levels.one_minus_alpha_bar(-1) == 0);
  CHECK_FALSE(std::signbit(levels.one_minus_alpha_bar(-1)));
  CHECK(levels.alpha_bar(0.5) == doctest::Approx(std::pow(2, -1.5)).epsilon(1e-15));
  CHECK(levels.one_minus_alpha_bar(0.5) == doctest::Approx(1 - std::pow(2, -1.5)).epsilon(1e-15));
  CHECK(levels.half_log_snr(-1) == HUGE_VAL);
  CHECK(std::abs(levels.half_log_snr(0)) < 1e-16);  // A = 1 - A
  CHECK(levels.half_log_snr(1) == doctest::Approx(-std::log(3) / 2).epsilon(1e-15));
  CHECK(levels.t_of_half_log_snr(HUGE_VAL) == -1);
  CHECK(levels.t_of_half_log_snr(-std::log(3) / 2) == doctest::Approx(1).epsilon(1e-15));
  CHECK_FALSE(levels.has_zero_terminal_snr());
}

TEST_CASE("what an entry is") {
  const NoiseLevels levels = by_hand();
  for (const double t : {0., 1., 2.}) CHECK(levels.is_entry(t));
  for (const double t : {-1., 0.5, 3.}) CHECK_FALSE(levels.is_entry(t));
}

TEST_CASE("entries are the table to the bit") {
  const schedule::Cosine schedule{1000};
  const auto rows = make_coefficients(schedule);
  const NoiseLevels levels = levels_of(schedule);
  int differing = 0;
  for (int t = 0; t < 1000; ++t) {
    const Coefficients<double>& c = rows[static_cast<std::size_t>(t)];
    differing += levels.alpha_bar(t) != c.alpha_bar;
    differing += levels.one_minus_alpha_bar(t) != c.one_minus_alpha_bar;
    differing += levels.timestep(t) != t;
    differing += detail::columns_of(levels.row(t)) != detail::columns_of(c);
    differing += detail::columns_of(levels.row(t, t - 1)) != detail::columns_of(c);
  }
  CHECK(differing == 0);
}

TEST_CASE("ln alpha_bar is linear between entries, and all falls with t") {
  const NoiseLevels levels = levels_of(schedule::Linear{1000});
  int failed = 0;
  for (int t = -1; t < 999; ++t) {
    const double from = levels.log_alpha_bar(t), to = levels.log_alpha_bar(t + 1);
    for (const double part : {0.125, 0.5, 0.75}) {
      const double linear = (1 - part) * from + part * to;
      failed += !(std::abs(levels.log_alpha_bar(t + part) - linear) <= -5e-16 * to);
    }
  }
  CHECK(failed == 0);
  for (int i = 1; i <= 10000; ++i) {
    const double before = -1 + (i - 1) * 0.1, after = -1 + i * 0.1;
    failed += !(levels.alpha_bar(after) < levels.alpha_bar(before));
    failed += !(levels.one_minus_alpha_bar(after) > levels.one_minus_alpha_bar(before));
    failed += !(levels.half_log_snr(after) < levels.half_log_snr(before));
  }
  CHECK(failed == 0);
}

TEST_CASE("t to half_log_snr and back is right to a few of the last timestep's last places") {
  CHECK(worst_way_back(schedule::Linear{4000}) < 4);
  CHECK(worst_way_back(schedule::ScaledLinear{1000}) < 4);
  CHECK(worst_way_back(schedule::Cosine{1000}) < 4);
  CHECK(worst_way_back(schedule::Cosine{20}) < 4);
}

TEST_CASE("a network is told t, t 1000 / T, or the timestep of the unrespaced process") {
  const schedule::Cosine cosine{20};
  CHECK(levels_of(cosine).timestep(7.25) == 7.25);
  CHECK(levels_of(cosine, true).timestep(7) == 350);
  CHECK(levels_of(cosine, true).timestep(7.25) == 362.5);
  const schedule::Respaced respaced(cosine, std::vector<int>{1, 4, 10});
  CHECK(levels_of(respaced).timestep(1) == 4);
  CHECK(levels_of(respaced).timestep(1.5) == 7);
  CHECK(levels_of(respaced, true).timestep(1.5) == 350);
  CHECK(levels_of(respaced).row(1.5, 0.5).timestep == 7);
  CHECK(levels_of(respaced).timestep(-0.5) == 1);  // below 0: that of 0
}

TEST_CASE("zero terminal SNR: noise alone at the last entry, nothing right before it") {
  const NoiseLevels levels = levels_of(schedule::ZeroTerminalSnr(schedule::Cosine{20}));
  CHECK(levels.has_zero_terminal_snr());
  CHECK(levels.alpha_bar(19) == 0);
  CHECK(levels.one_minus_alpha_bar(19) == 1);
  CHECK(levels.half_log_snr(19) == -HUGE_VAL);
  CHECK(levels.t_of_half_log_snr(-HUGE_VAL) == 19);
  CHECK(levels.timestep(18.5) == 18.5);
  const std::string last_two =
      "not lie between the last two timesteps of a schedule with zero terminal SNR; got 18.5";
  const auto refused = [&](const auto& call) {
    CHECK_THROWS_WITH_AS(call(18.5), ("NoiseLevels: t must " + last_two).c_str(),
                         std::invalid_argument);
  };
  refused([&](double t) { return levels.log_alpha_bar(t); });
  refused([&](double t) { return levels.alpha_bar(t); });
  refused([&](double t) { return levels.one_minus_alpha_bar(t); });
  refused([&](double t) { return levels.half_log_snr(t); });
  refused([&](double t) { return levels.row(t, 3).beta; });
  CHECK_THROWS_WITH_AS(levels.t_of_half_log_snr(-30),
                       "NoiseLevels: half_log_snr must not lie between those of the last two "
                       "timesteps of a schedule with zero terminal SNR; got -30",
                       std::invalid_argument);
}

TEST_CASE("what lies outside is refused with a sentence, by every call") {
  const NoiseLevels levels = by_hand();
  const auto refused = [](const auto& call) {
    for (const double t : {-1.5, 2.5, 3.0, HUGE_VAL, std::nan("")}) {
      std::string got = t == -1.5 ? "-1.5" : t == 2.5 ? "2.5" : t == 3 ? "3" : "inf";
      if (t != t) got = "nan";
      CHECK_THROWS_WITH_AS(call(t), ("NoiseLevels: t must be in -1 .. 2; got " + got).c_str(),
                           std::invalid_argument);
    }
  };
  refused([&](double t) { return levels.log_alpha_bar(t); });
  refused([&](double t) { return levels.alpha_bar(t); });
  refused([&](double t) { return levels.one_minus_alpha_bar(t); });
  refused([&](double t) { return levels.half_log_snr(t); });
  refused([&](double t) { return levels.timestep(t); });
  CHECK_THROWS_WITH_AS(levels.row(3, 2), "NoiseLevels: t must be in -1 .. 2; got 3",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(levels.row(1, -1.5), "NoiseLevels: t must be in -1 .. 2; got -1.5",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(levels.row(1, 1.25),
                       "NoiseLevels: the next timestep must be below 1.000000; got 1.25",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(levels.row(-1),
                       "NoiseLevels: the next timestep must be below -1.000000; got -1",
                       std::invalid_argument);
}

TEST_CASE("a half_log_snr below that of the last timestep is refused with a sentence") {
  const NoiseLevels levels = by_hand();
  const std::string rule =
      "NoiseLevels: half_log_snr must be at least that of the last timestep, "
      "-1.7169936022425729; got ";
  CHECK_THROWS_WITH_AS(levels.t_of_half_log_snr(-1.75), (rule + "-1.75").c_str(),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(levels.t_of_half_log_snr(-HUGE_VAL), (rule + "-inf").c_str(),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(levels.t_of_half_log_snr(std::nan("")), (rule + "nan").c_str(),
                       std::invalid_argument);
}
