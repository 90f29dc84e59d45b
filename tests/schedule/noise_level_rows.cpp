// SPDX-License-Identifier: MIT
// The rows of transitions between any two noise levels.
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/noise_levels.hpp>
#include <iddpm/schedule/respaced.hpp>
#include <iddpm/schedule/scaled_linear.hpp>
#include <iddpm/schedule/spacing.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace iddpm;

namespace {

using Row = Coefficients<double>;

template <class S>
NoiseLevels levels_of(const S& schedule) {
  return NoiseLevels(make_coefficients(schedule));
}

// The largest relative error of beta over transitions of 2, 3 and 50 timesteps of a schedule.
template <class S>
double worst_beta(const S& schedule) {
  const NoiseLevels levels = levels_of(schedule);
  const std::vector<double> betas = schedule.betas();
  double worst = 0;
  for (const int length : {2, 3, 50})
    for (int t = length - 1; t < levels.num_timesteps(); ++t) {
      long double log_ratio = 0;
      for (int i = t - length + 1; i <= t; ++i)
        log_ratio += std::log1p(-static_cast<long double>(betas[static_cast<std::size_t>(i)]));
      const long double beta = -std::expm1(log_ratio);
      const auto error =
          static_cast<double>(static_cast<long double>(levels.row(t, t - length).beta) / beta - 1);
      worst = std::max(worst, std::abs(error));
    }
  return worst;
}

// The columns of the timestep after t, which a row has of the table.
Row with_next_of(Row row, const Row& other) {
  row.alpha_bar_next = other.alpha_bar_next;
  row.one_minus_alpha_bar_next = other.one_minus_alpha_bar_next;
  row.sqrt_alpha_bar_next = other.sqrt_alpha_bar_next;
  row.sqrt_one_minus_alpha_bar_next = other.sqrt_one_minus_alpha_bar_next;
  return row;
}

// The largest relative error of a column.
double worst_column(const Row& got, const Row& want) {
  const auto a = detail::columns_of(got), b = detail::columns_of(want);
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) worst = std::max(worst, std::abs(a[i] - b[i]) / std::abs(b[i]));
  return worst;
}

// What the last step's row borrows from its neighbour, which a transition does not know.
Row with_variance_of(Row row, const Row& other) {
  row.posterior_log_variance_clipped = other.posterior_log_variance_clipped;
  row.posterior_deviation_clipped = other.posterior_deviation_clipped;
  row.recip_posterior_deviation_clipped = other.recip_posterior_deviation_clipped;
  row.log_variance_range = other.log_variance_range;
  row.large_variance = other.large_variance;
  row.large_log_variance = other.large_log_variance;
  row.large_deviation = other.large_deviation;
  return row;
}

// The same over a respaced process: every kept timestep to the one kept before it.
template <class S>
double worst_of_respaced(const S& schedule, const std::vector<int>& kept) {
  const NoiseLevels levels = levels_of(schedule);
  const auto rows = make_coefficients(schedule::Respaced<S>(schedule, kept));
  const Row last = with_next_of(levels.row(kept[0], -1), rows[0]);
  double worst = worst_column(with_variance_of(last, rows[0]), rows[0]);
  for (std::size_t i = 1; i < kept.size(); ++i)
    worst = std::max(
        worst, worst_column(with_next_of(levels.row(kept[i], kept[i - 1]), rows[i]), rows[i]));
  return worst;
}

// The same of one that keeps t alone, which borrows from nobody.
template <class S>
double worst_of_one(const S& schedule, int t) {
  const Row alone = make_coefficients(schedule::Respaced<S>(schedule, {t}))[0];
  return worst_column(with_next_of(levels_of(schedule).row(t, -1), alone), alone);
}

// Without Cosine's end, whose betas are so near 1 that sqrt(1 - beta) has few digits.
template <class S>
void check_respaced(const S& schedule) {
  const int T = static_cast<int>(schedule.betas().size());
  CHECK(worst_of_respaced(schedule, schedule::linspace_timesteps(T - T / 50, 17)) < 1e-13);
  CHECK(worst_of_respaced(schedule, schedule::quadratic_timesteps(T, 10)) < 1e-13);
  CHECK(worst_of_respaced(schedule, {3, 5, 6, 9}) < 1e-13);
  CHECK(worst_of_one(schedule, 1) < 1e-13);
  CHECK(worst_of_one(schedule, T / 2) < 1e-13);
}

}  // namespace

TEST_CASE("the row of a transition is the respaced process's") {
  check_respaced(schedule::Linear{1000});
  check_respaced(schedule::Linear{4000});
  check_respaced(schedule::ScaledLinear{1000});
  check_respaced(schedule::Cosine{1000});
  check_respaced(schedule::Cosine{50});
  check_respaced(schedule::ZeroTerminalSnr(schedule::Cosine{50}));
}

TEST_CASE("a process of one timestep has one transition, its row") {
  const NoiseLevels levels = levels_of(schedule::Custom({0.25}));
  const Row row = make_coefficients(schedule::Custom({0.25}))[0];
  CHECK(detail::columns_of(levels.row(0, -1)) == detail::columns_of(row));
  CHECK(detail::columns_of(levels.row(0)) == detail::columns_of(row));
  CHECK(levels.row(-0.5).alpha_bar == doctest::Approx(std::sqrt(0.75)).epsilon(1e-15));
  CHECK(levels.t_of_half_log_snr(levels.half_log_snr(0)) == 0);
}

TEST_CASE("the columns of the next timestep are the table's at entries") {
  const NoiseLevels levels = levels_of(schedule::Cosine{50});
  const Row row = levels.row(20, 7), table = levels.row(20);
  CHECK(row.alpha_bar_next == table.alpha_bar_next);
  CHECK(row.one_minus_alpha_bar_next == table.one_minus_alpha_bar_next);
  CHECK(row.timestep == 20);
}

TEST_CASE("beta of a transition over several timesteps is right to its last places") {
  CHECK(worst_beta(schedule::Linear{4000}) < 5e-16);
  CHECK(worst_beta(schedule::ScaledLinear{4000}) < 5e-16);
  CHECK(worst_beta(schedule::Cosine{4000}) < 5e-16);
}

TEST_CASE("one between entries is that of what is left of ln alpha_bar") {
  const NoiseLevels levels = levels_of(schedule::Custom({0.5, 0.5, 0.875}));
  const auto row = levels.row(1.5, 0.5);  // half of 1/2 and half of 1/8 are lost
  CHECK(row.beta == doctest::Approx(0.75).epsilon(1e-15));
  CHECK(row.alpha_bar_prev == levels.alpha_bar(0.5));
  CHECK(row.alpha_bar == levels.alpha_bar(1.5));
  CHECK(row.alpha_bar_next == 0);
  CHECK(row.one_minus_alpha_bar_next == 1);
  CHECK(row.is_noisy == 1);
  CHECK(detail::columns_of(levels.row(1.5)) == detail::columns_of(row));
  const auto last = levels.row(0.25, -1);
  CHECK(last.beta == doctest::Approx(1 - std::pow(2, -1.25)).epsilon(1e-15));
  CHECK(last.is_noisy == 0);
  CHECK(last.posterior_variance == 0);
  CHECK(levels.row(0.25).alpha_bar_prev == levels.alpha_bar(-0.75));
  CHECK(levels.row(-0.25).alpha_bar_prev == 1);
}

TEST_CASE("the row of a real t lies between those of its neighbours") {
  const NoiseLevels levels = levels_of(schedule::Linear{100});
  constexpr double Row::*columns[] = {&Row::timestep,
                                      &Row::beta,
                                      &Row::log_beta,
                                      &Row::sqrt_alpha,
                                      &Row::alpha_bar,
                                      &Row::alpha_bar_prev,
                                      &Row::one_minus_alpha_bar,
                                      &Row::one_minus_alpha_bar_prev,
                                      &Row::log_one_minus_alpha_bar,
                                      &Row::sqrt_recip_alpha_bar,
                                      &Row::sqrt_recipm1_alpha_bar,
                                      &Row::posterior_variance,
                                      &Row::large_deviation};
  int failed = 0;
  for (int t = 1; t < 99; ++t)
    for (const double part : {0.25, 0.5, 0.75}) {
      const Row low = levels.row(t), row = levels.row(t + part), high = levels.row(t + 1);
      for (const auto column : columns)
        failed += !(std::min(low.*column, high.*column) < row.*column &&
                    row.*column < std::max(low.*column, high.*column));
    }
  CHECK(failed == 0);
}

TEST_CASE("one from zero terminal SNR is noise alone, whatever it leads to") {
  const NoiseLevels levels = levels_of(schedule::ZeroTerminalSnr(schedule::Cosine{20}));
  CHECK(levels.row(19, 3.5).beta == 1);
  CHECK(levels.row(19, 3.5).alpha_bar_prev == levels.alpha_bar(3.5));
  CHECK(levels.row(19, 3.5).posterior_mean_coef2 == 0);
  CHECK(levels.row(19, -1).posterior_mean_coef1 == 1);
  CHECK(levels.row(18, 3.5).beta < 1);
  CHECK(worst_of_one(schedule::ZeroTerminalSnr(schedule::Cosine{20}), 19) < 1e-13);
}

TEST_CASE("a transition over nearly all noise keeps the root of its alpha") {
  const auto rows = make_coefficients(schedule::Linear{1000, 1e-4, 0.08});
  const NoiseLevels levels(rows);
  const auto c = levels.row(999, -1);
  CHECK(c.beta == 1);
  CHECK(c.sqrt_alpha == doctest::Approx(std::sqrt(rows.back().alpha_bar)).epsilon(1e-13));
  CHECK(c.sqrt_alpha > 0);
}
