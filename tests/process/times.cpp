// SPDX-License-Identifier: MIT
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/times.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultHostExecutionSpace;
template <class S>
using P = GaussianDiffusion<S, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;

template <class S>
P<S> process(const S& schedule) {
  return P<S>(schedule);
}

// S = sqrt((1 - A) / A) = 1/2, 1, 2, so lambda = ln 2, 0, -ln 2.
auto by_hand() { return process(schedule::Custom({1. / 5, 3. / 8, 3. / 5})); }
auto zero_terminal(int T) { return process(schedule::ZeroTerminalSnr(schedule::Cosine{T})); }

void check_near(const Times& got, const Times& want) {
  REQUIRE(got.size() == want.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    CHECK(got[i] == doctest::Approx(want[i]).epsilon(1e-14));
}

bool falls(const Times& times) {
  return std::adjacent_find(times.begin(), times.end(), std::less_equal<>()) == times.end();
}

// How many of all numbers of steps give another number of transitions, other ends, or no fall.
template <class P, class Spacing>
int failures(const P& diffusion, const Spacing& spacing, double first) {
  const int last = diffusion.num_timesteps() - 1;
  int failed = 0;
  for (int steps = 1; steps <= last + 1; ++steps) {
    const Times times = spacing(steps);
    const std::size_t size = times.size();
    failed += !(size == static_cast<std::size_t>(steps) + 1 && falls(times) && times.back() == -1 &&
                (steps == 1 ? times[0] == last : times[size - 2] == 0 && times[0] >= first));
  }
  return failed;
}

}  // namespace

TEST_CASE("spacings on the table are those worked by hand") {
  const auto ten = process(schedule::Cosine{10});
  CHECK(times_of({0, 2, 7}) == Times{7, 2, 0, -1});
  CHECK(uniform_times(ten, 3) == Times{9, 4, 0, -1});
  CHECK(uniform_times(ten, 1) == Times{9, -1});
  CHECK(uniform_times(ten, 10) == Times{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1});
  CHECK(quadratic_times(ten, 5) == Times{8, 4, 2, 1, 0, -1});
  CHECK(quadratic_times(ten, 2) == Times{8, 0, -1});
}

TEST_CASE("spacings in log-SNR are those worked by hand") {
  const double ln2 = std::log(2.0);
  // A = 1/3 and 2/3 where lambda = -+ln(2) / 2.
  check_near(log_snr_times_between(by_hand(), -ln2, ln2, 4),
             {2, 1 + std::log(1.5) / std::log(2.5), 1, std::log(1.2) / std::log(1.6), 0});
  check_near(log_snr_times(by_hand(), 3), {2, 1, 0, -1});
  CHECK(log_snr_times(by_hand(), 2) == Times{2, 0, -1});
  CHECK(log_snr_times(by_hand(), 1) == Times{2, -1});
  CHECK(log_snr_times(process(schedule::Custom({0.5})), 1) == Times{0, -1});
}

TEST_CASE("Karras's spacings are those worked by hand") {
  // S = 3/2: A = 4/13. S = (sqrt(2) + sqrt(1/2))^2 / 4 = 9/8: A = 64/145.
  check_near(karras_times_between(by_hand(), 2, 0.5, 3, 1),
             {2, 1 + std::log(13. / 8) / std::log(2.5), 1, 0});
  check_near(karras_times(by_hand(), 3, 2), {2, 1 + std::log(145. / 128) / std::log(2.5), 0, -1});
  CHECK(karras_times(by_hand(), 2) == Times{2, 0, -1});
  CHECK(karras_times(by_hand(), 1) == Times{2, -1});
}

TEST_CASE("every number of steps up to T falls from T - 1 to 0, then x_0") {
  const auto linear = process(schedule::Linear{60});
  const auto cosine = process(schedule::Cosine{60});
  const auto zero = zero_terminal(60);
  CHECK(failures(
            linear, [&](int n) { return uniform_times(linear, n); }, 59) == 0);
  CHECK(failures(
            linear, [&](int n) { return quadratic_times(linear, n); }, 48) == 0);
  CHECK(failures(
            linear, [&](int n) { return log_snr_times(linear, n); }, 59) == 0);
  CHECK(failures(
            cosine, [&](int n) { return log_snr_times(cosine, n); }, 59) == 0);
  CHECK(failures(
            zero, [&](int n) { return log_snr_times(zero, n); }, 59) == 0);
  CHECK(failures(
            linear, [&](int n) { return karras_times(linear, n); }, 59) == 0);
  CHECK(failures(
            cosine, [&](int n) { return karras_times(cosine, n, 1); }, 59) == 0);
}

TEST_CASE("log-SNR times are even in log-SNR") {
  const auto diffusion = process(schedule::Linear{1000});
  const NoiseLevels& levels = diffusion.levels();
  const Times times = log_snr_times(diffusion, 21);
  const double from = levels.half_log_snr(999), to = levels.half_log_snr(0);
  for (int i = 0; i <= 20; ++i)
    CHECK(levels.half_log_snr(times[static_cast<std::size_t>(i)]) ==
          doctest::Approx(from + (to - from) * i / 20).epsilon(1e-12));
}

TEST_CASE("Karras's times are his equation (5)") {
  const auto diffusion = process(schedule::Linear{1000});
  const NoiseLevels& levels = diffusion.levels();
  const auto S = [&](double t) {
    return std::sqrt(levels.one_minus_alpha_bar(t) / levels.alpha_bar(t));
  };
  for (const double rho : {1., 3., 7.}) {
    const Times times = karras_times(diffusion, 11, rho);
    const double from = std::pow(S(999), 1 / rho), to = std::pow(S(0), 1 / rho);
    for (int i = 0; i <= 10; ++i)
      CHECK(S(times[static_cast<std::size_t>(i)]) ==
            doctest::Approx(std::pow(from + i / 10. * (to - from), rho)).epsilon(1e-11));
  }
}

TEST_CASE("zero terminal SNR: the second timestep is T - 2, Karras's S has no beginning") {
  const auto diffusion = zero_terminal(20);
  const NoiseLevels& levels = diffusion.levels();
  const Times times = log_snr_times(diffusion, 5);
  CHECK(times[0] == 19);
  CHECK(times[1] == doctest::Approx(18).epsilon(1e-14));
  const double h = levels.half_log_snr(times[2]) - levels.half_log_snr(times[1]);
  CHECK(levels.half_log_snr(times[3]) - levels.half_log_snr(times[2]) == doctest::Approx(h));
  CHECK(log_snr_times(diffusion, 2) == Times{19, 0, -1});
  CHECK(log_snr_times(diffusion, 1) == Times{19, -1});
  CHECK_THROWS_WITH_AS(karras_times(diffusion, 5),
                       "karras_times: diffusion must have a terminal SNR above zero; got 0",
                       std::invalid_argument);
}

TEST_CASE("times rounded to the table do not repeat, and part of them starts anywhere") {
  CHECK(on_table({9.2, 8.9, 7.51, 7.4, 2.5, 2.4, 0.6, 0, -1}) == Times{9, 8, 7, 2, 1, 0, -1});
  CHECK(on_table({}) == Times{});
  CHECK(starting_at({9, 6, 3, 0, -1}, 6) == Times{6, 3, 0, -1});
  CHECK(starting_at({9, 6, 3, 0, -1}, 4.5) == Times{4.5, 3, 0, -1});
  CHECK(starting_at({9, 6, 3, 0, -1}, 12) == Times{12, 9, 6, 3, 0, -1});
  CHECK_THROWS_WITH_AS(starting_at({9, 6, -1}, -1),
                       "starting_at: t must be above one of times; got -1", std::invalid_argument);
}

TEST_CASE("numbers of steps that there are not are refused with a sentence") {
  const auto diffusion = process(schedule::Cosine{20});
  for (const int steps : {0, 21}) {
    const std::string rule = ": steps must be in 1 .. 20; got " + std::to_string(steps);
    const auto refused = [&](const char* name, const auto& spacing) {
      CHECK_THROWS_WITH_AS(spacing(diffusion, steps), (name + rule).c_str(), std::invalid_argument);
    };
    refused("linspace_timesteps", [](const auto& d, int n) { return uniform_times(d, n); });
    refused("quadratic_timesteps", [](const auto& d, int n) { return quadratic_times(d, n); });
    refused("log_snr_times", [](const auto& d, int n) { return log_snr_times(d, n); });
    refused("karras_times", [](const auto& d, int n) { return karras_times(d, n); });
  }
  CHECK_THROWS_WITH_AS(log_snr_times_between(diffusion, 0, 1, 0),
                       "log_snr_times_between: steps must be at least 1; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(karras_times_between(diffusion, 2, 1, 0),
                       "karras_times_between: steps must be at least 1; got 0",
                       std::invalid_argument);
}

TEST_CASE("ends that there are not are refused with a sentence") {
  const auto diffusion = by_hand();
  const auto refused = [](const auto& call, const char* sentence) {
    CHECK_THROWS_WITH_AS(call(), sentence, std::invalid_argument);
  };
  const char* order = "log_snr_times_between: from must be finite and below a finite `to`, ";
  refused([&] { return log_snr_times_between(diffusion, 1, 1, 3); },
          (std::string(order) + "1; got 1").c_str());
  refused([&] { return log_snr_times_between(diffusion, -HUGE_VAL, 1, 3); },
          (std::string(order) + "1; got -inf").c_str());
  refused([&] { return log_snr_times_between(diffusion, 0, HUGE_VAL, 3); },
          (std::string(order) + "inf; got 0").c_str());
  refused([&] { return log_snr_times_between(diffusion, -1, 1, 3); },
          "NoiseLevels: half_log_snr must be at least that of the last timestep, "
          "-0.69314718055994529; got -1");
  const char* falling = "karras_times_between: to must be positive and below a finite `from`, ";
  refused([&] { return karras_times_between(diffusion, 1, 1, 3); },
          (std::string(falling) + "1; got 1").c_str());
  refused([&] { return karras_times_between(diffusion, 1, 0, 3); },
          (std::string(falling) + "1; got 0").c_str());
  refused([&] { return karras_times_between(diffusion, HUGE_VAL, 1, 3); },
          (std::string(falling) + "inf; got 1").c_str());
  refused([&] { return karras_times_between(diffusion, 2, 1, 3, 0.5); },
          "karras_times_between: rho must be at least 1 and finite; got 0.5");
  refused([&] { return karras_times(diffusion, 1, 0.5); },
          "karras_times: rho must be at least 1 and finite; got 0.5");
}

TEST_CASE("Karras' times of a large rho are those evenly spaced in log-SNR") {
  for (const double rho : {1e6, 1e12, 1e300}) {
    CAPTURE(rho);
    const auto diffusion = process(schedule::Linear{1000});
    const Times got = karras_times(diffusion, 10, rho), want = log_snr_times(diffusion, 10);
    REQUIRE(got.size() == want.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      CHECK(got[i] == doctest::Approx(want[i]).epsilon(1e-4));
  }
}

TEST_CASE("ends so far apart that timesteps repeat are refused with a sentence") {
  CHECK_THROWS_WITH_AS(
      (void)log_snr_times_between(process(schedule::Linear{1000}), -2, 60, 6),
      "log_snr_times_between: every timestep must be below the one before it, which wants fewer "
      "steps or nearer ends; got -1",
      std::invalid_argument);
}
