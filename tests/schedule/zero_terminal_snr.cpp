// SPDX-License-Identifier: MIT
#include <iddpm/schedule/coefficients.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/respaced.hpp>
#include <iddpm/schedule/scaled_linear.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace iddpm::schedule;

namespace {

// Lin et al.'s algorithm 1 as it is written, in long double.
std::vector<long double> shifted_roots(const std::vector<double>& betas) {
  std::vector<long double> roots;
  long double alpha_bar = 1;
  for (const double beta : betas)
    roots.push_back(std::sqrt(alpha_bar *= 1 - static_cast<long double>(beta)));
  const long double first = roots.front(), last = roots.back();
  for (long double& root : roots) root = (root - last) * (first / (first - last));
  return roots;
}

// The largest relative error of a sqrt(alpha_bar) before the last.
template <class Base>
double worst_error(const Base& base) {
  const auto rows = iddpm::make_coefficients(ZeroTerminalSnr(base));
  const auto roots = shifted_roots(base.betas());
  double worst = 0;
  for (std::size_t t = 0; t + 1 < rows.size(); ++t) {
    const auto root = static_cast<long double>(rows[t].sqrt_alpha_bar);
    worst = std::max(worst, static_cast<double>(std::abs(root / roots[t] - 1)));
  }
  return worst;
}

template <class S>
constexpr bool has_map = requires(const S& s) {
  s.timestep_map();
};

}  // namespace

TEST_CASE("the betas of a shifted schedule of three timesteps are those worked by hand") {
  // sqrt(alpha_bar) = 4/5, 3/5, 2/5 becomes 4/5, 2/5, 0.
  const ZeroTerminalSnr schedule(Custom({1 - 16.0 / 25, 1 - 9.0 / 16, 1 - 4.0 / 9}));
  const auto betas = schedule.betas();
  REQUIRE(betas.size() == 3);
  CHECK(betas[0] == 1 - 16.0 / 25);
  CHECK(betas[1] == doctest::Approx(0.75).epsilon(1e-15));
  CHECK(betas[2] == 1);
  CHECK(schedule.base().betas().size() == 3);
}

TEST_CASE("the whole table follows Lin et al.'s algorithm 1") {
  CHECK(worst_error(Linear(1000)) < 2e-14);
  CHECK(worst_error(ScaledLinear(1000)) < 2e-14);
  CHECK(worst_error(Cosine(1000)) < 2e-14);
  CHECK(worst_error(Cosine(2)) < 1e-15);
}

TEST_CASE("the last row is noise alone, and infinite in its two reciprocal columns only") {
  const auto rows = iddpm::make_coefficients(ZeroTerminalSnr(Linear(1000)));
  const auto& c = rows.back();
  CHECK(c.beta == 1);
  CHECK(c.alpha_bar == 0);
  CHECK(c.sqrt_alpha_bar == 0);
  CHECK(c.one_minus_alpha_bar == 1);
  CHECK(c.sqrt_one_minus_alpha_bar == 1);
  CHECK(c.log_one_minus_alpha_bar == 0);
  CHECK(c.recip_sqrt_one_minus_alpha_bar == 1);
  CHECK(c.posterior_mean_coef1 == c.sqrt_alpha_bar_prev);
  CHECK(c.posterior_mean_coef2 == 0);
  CHECK(c.posterior_variance == c.one_minus_alpha_bar_prev);
  CHECK(c.sqrt_recip_alpha_bar == HUGE_VAL);
  CHECK(c.sqrt_recipm1_alpha_bar == HUGE_VAL);
  int infinite = 0;
  for (const auto& row : rows)
    for (const double value : iddpm::detail::columns_of(row)) infinite += !std::isfinite(value);
  CHECK(infinite == 2);
  CHECK(rows[998].alpha_bar_next == 0);
  CHECK(rows[998].one_minus_alpha_bar_next == 1);
}

TEST_CASE("a schedule that ends at zero SNR already stays as it is") {
  const ZeroTerminalSnr once(Cosine(50));
  const auto first = once.betas(), second = ZeroTerminalSnr<ZeroTerminalSnr<Cosine>>(once).betas();
  for (std::size_t t = 0; t < 50; ++t) CHECK(second[t] == doctest::Approx(first[t]).epsilon(1e-13));
  CHECK(second.back() == 1);
}

TEST_CASE("a respaced one ends at beta = 1 where it keeps the last timestep") {
  using Shifted = ZeroTerminalSnr<Cosine>;
  const Shifted base(Cosine(100));
  static_assert(iddpm::has_zero_terminal_snr<Respaced<Shifted>>(), "Respaced forwards it");
  static_assert(!iddpm::has_zero_terminal_snr<Respaced<Cosine>>(), "and only where it is there");
  int ones = 0;
  for (int count = 2; count <= 100; ++count)
    ones += iddpm::make_coefficients(Respaced(base, std::to_string(count))).back().beta == 1;
  CHECK(ones == 99);
  CHECK(iddpm::make_coefficients(Respaced(base, "ddim10")).back().beta < 1);
}

TEST_CASE("the shift of a respaced schedule with betas near 1 is exact") {
  const Respaced base(Linear{1000, 1e-4, 0.25}, "4");
  const auto of = iddpm::make_coefficients(base);
  const auto shifted = iddpm::make_coefficients(ZeroTerminalSnr(base));
  const double r0 = of[0].sqrt_alpha_bar, last = of[3].sqrt_alpha_bar;
  CHECK(of[1].beta > 1 - 1e-6);
  for (std::size_t t = 0; t < 4; ++t) {
    const double want = (of[t].sqrt_alpha_bar - last) * r0 / (r0 - last);
    CHECK(shifted[t].sqrt_alpha_bar == doctest::Approx(want).epsilon(1e-14));
  }
  CHECK(shifted[2].alpha_bar > 0);
}

TEST_CASE("the shift of a respaced schedule keeps its timesteps") {
  const Respaced base(Linear(100), "10");
  const ZeroTerminalSnr schedule(base);
  CHECK(schedule.timestep_map() == base.timestep_map());
  CHECK(schedule.original_num_timesteps() == 100);
  CHECK(iddpm::make_coefficients(schedule).back().timestep == 99);
  CHECK(has_map<ZeroTerminalSnr<Respaced<Linear>>>);
  CHECK_FALSE(has_map<ZeroTerminalSnr<Linear>>);
}

TEST_CASE("bases of one timestep or with betas out of range are refused with a sentence") {
  CHECK_THROWS_WITH_AS(ZeroTerminalSnr(Cosine(1)),
                       "ZeroTerminalSnr: base must have at least two timesteps; got 1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(ZeroTerminalSnr(Custom({0.5, 1.5})),
                       "ZeroTerminalSnr: the base's beta of timestep 1 must be in (0, 1]; got 1.5",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(ZeroTerminalSnr(Custom({0.5, 1, 0.5})),
                       "ZeroTerminalSnr: the base's beta of timestep 1 must be in (0, 1); got 1",
                       std::invalid_argument);
  CHECK(ZeroTerminalSnr(Custom({0.5, 1})).betas() == std::vector<double>{0.5, 1});
  CHECK_THROWS_WITH_AS(ZeroTerminalSnr(Custom({0, 0.5})),
                       "ZeroTerminalSnr: the base's beta of timestep 0 must be in (0, 1); got 0",
                       std::invalid_argument);
}
