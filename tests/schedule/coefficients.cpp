// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/schedule/coefficients.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using Row = Coefficients<double>;

struct Column {
  std::string file;
  double Row::*member;
};

std::vector<double> column_of(const std::vector<Row>& rows, double Row::*member) {
  std::vector<double> values;
  for (const Row& row : rows) values.push_back(row.*member);
  return values;
}

// Betas unseen by any constructor.
template <bool zero_terminal>
struct Raw {
  static constexpr bool has_zero_terminal_snr = zero_terminal;
  std::vector<double> of;
  [[nodiscard]] std::vector<double> betas() const { return of; }
};

}  // namespace

TEST_CASE("the rows of two timesteps with beta = 1/2 are those worked by hand") {
  const auto rows = make_coefficients(schedule::Custom({0.5, 0.5}));
  REQUIRE(rows.size() == 2);
  const Row& c = rows[1];
  CHECK(c.alpha_bar == 0.25);
  CHECK(c.alpha_bar_prev == 0.5);
  CHECK(rows[0].alpha_bar_next == 0.25);
  CHECK(c.alpha_bar_next == 0);
  CHECK(rows[0].one_minus_alpha_bar_next == 0.75);
  CHECK(c.one_minus_alpha_bar_next == 1);
  CHECK(rows[0].sqrt_alpha_bar_next == 0.5);
  CHECK(c.sqrt_alpha_bar_next == 0);
  CHECK(rows[0].sqrt_one_minus_alpha_bar_next == std::sqrt(0.75));
  CHECK(c.sqrt_one_minus_alpha_bar_next == 1);
  CHECK(c.log_one_minus_alpha_bar == doctest::Approx(std::log(0.75)).epsilon(1e-15));
  CHECK(c.one_minus_alpha_bar == 0.75);
  CHECK(c.one_minus_alpha_bar_prev == 0.5);
  CHECK(c.posterior_variance == doctest::Approx(1.0 / 3));
  CHECK(c.posterior_mean_coef1 == doctest::Approx(std::sqrt(0.5) * 2 / 3));
  CHECK(c.posterior_mean_coef2 == doctest::Approx(std::sqrt(0.5) * 2 / 3));
  CHECK(c.sqrt_recip_alpha_bar == 2);
  CHECK(c.sqrt_recipm1_alpha_bar == doctest::Approx(std::sqrt(3.0)));
  CHECK(c.log_variance_range == doctest::Approx(std::log(1.5)));
  CHECK(c.large_variance == 0.5);
  CHECK(c.is_noisy == 1);
}

TEST_CASE("entry 0 borrows entry 1's posterior variance where a logarithm needs one") {
  const auto rows = make_coefficients(schedule::Custom({0.5, 0.5}));
  CHECK(rows[0].posterior_variance == 0);
  CHECK(rows[0].posterior_log_variance_clipped == rows[1].posterior_log_variance_clipped);
  CHECK(rows[0].large_variance == rows[1].posterior_variance);
  CHECK(rows[0].is_noisy == 0);
  CHECK(rows[0].posterior_mean_coef1 == 1);
  CHECK(rows[0].posterior_mean_coef2 == 0);
}

TEST_CASE("a process of one timestep falls back on its beta") {
  const auto rows = make_coefficients(schedule::Custom({0.25}));
  CHECK(rows[0].posterior_log_variance_clipped == doctest::Approx(std::log(0.25)));
  CHECK(rows[0].large_variance == 0.25);
}

TEST_CASE("the golden tables agree") {
  const std::vector<Column> columns = {
      {"betas", &Row::beta},
      {"alphas_cumprod", &Row::alpha_bar},
      {"alphas_cumprod_prev", &Row::alpha_bar_prev},
      {"alphas_cumprod_next", &Row::alpha_bar_next},
      {"posterior_variance", &Row::posterior_variance},
      {"posterior_log_variance_clipped", &Row::posterior_log_variance_clipped},
      {"posterior_mean_coef1", &Row::posterior_mean_coef1},
      {"posterior_mean_coef2", &Row::posterior_mean_coef2}};
  for (const golden::NamedSchedule& of : golden::schedules()) {
    const auto rows = make_coefficients(of.schedule);
    for (const auto& column : columns) {
      CAPTURE(of.name);
      CAPTURE(column.file);
      const auto reference = golden::load<double, 1>("tables/" + of.name + "/" + column.file);
      CHECK(golden::error(column_of(rows, column.member), golden::values(reference)) < 1e-11);
    }
  }
}

TEST_CASE("identities between the columns hold at every timestep") {
  for (const golden::NamedSchedule& of : golden::schedules()) {
    CAPTURE(of.name);
    for (const Row& c : make_coefficients(of.schedule)) {
      CAPTURE(c.timestep);
      const double c1 = c.posterior_mean_coef1, c2 = c.posterior_mean_coef2;
      const auto near = [](double x) { return doctest::Approx(x).epsilon(1e-13); };
      CHECK(c.alpha_bar + c.one_minus_alpha_bar == near(1));
      CHECK(c1 + c2 * c.sqrt_alpha_bar == near(c.sqrt_alpha_bar_prev));
      CHECK(c2 * c2 * c.one_minus_alpha_bar + c.posterior_variance ==
            near(c.one_minus_alpha_bar_prev));
      CHECK(c.log_beta - c.posterior_log_variance_clipped ==
            doctest::Approx(c.log_variance_range).epsilon(1e-10));
    }
  }
}

TEST_CASE("a cast rounds every column once") {
  const Row row = make_coefficients(schedule::Cosine{10})[3];
  const Coefficients<float> rounded = cast<float>(row);
  CHECK(rounded.timestep == 3.0f);
  CHECK(rounded.large_deviation == static_cast<float>(row.large_deviation));
}

TEST_CASE("timesteps are the original ones, times 1000 / T where they are rescaled") {
  const schedule::Respaced respaced(schedule::Cosine{400}, "8,12");
  CHECK(make_coefficients(respaced)[1].timestep == respaced.timestep_map()[1]);
  CHECK(make_coefficients(respaced, true)[19].timestep == 399 * 2.5);
}

TEST_CASE("betas outside (0, 1) and empty schedules are refused with a sentence") {
  CHECK_THROWS_WITH_AS(make_coefficients(schedule::Custom({0.5, 1.0})),
                       "GaussianDiffusion: beta of timestep 1 must be in (0, 1); got 1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(make_coefficients(schedule::Custom({-0.5})),
                       "GaussianDiffusion: beta of timestep 0 must be in (0, 1); got -0.5",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(make_coefficients(Raw<false>{{std::nan("")}}),
                       "GaussianDiffusion: beta of timestep 0 must be in (0, 1); got nan",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(make_coefficients(schedule::Custom({})),
                       "GaussianDiffusion: schedule must have at least one timestep; got 0",
                       std::invalid_argument);
  const schedule::Custom vanishing(std::vector<double>(400, 0.99));
  CHECK_THROWS_WITH_AS(
      make_coefficients(vanishing),
      "GaussianDiffusion: every coefficient of timestep 154 must be finite; got inf",
      std::invalid_argument);
}

TEST_CASE("a beta of 1 is taken where the schedule declares it, at the last timestep") {
  CHECK(make_coefficients(Raw<true>{{0.5, 1}})[1].alpha_bar == 0);
  CHECK(make_coefficients(Raw<true>{{1}})[0].posterior_mean_coef1 == 1);
  CHECK(make_coefficients(Raw<true>{{0.5, 0.5}})[1].alpha_bar == 0.25);
  const auto refused = [](const auto& schedule, const char* sentence) {
    CHECK_THROWS_WITH_AS(make_coefficients(schedule), sentence, std::invalid_argument);
  };
  refused(Raw<false>{{0.5, 1}}, "GaussianDiffusion: beta of timestep 1 must be in (0, 1); got 1");
  refused(Raw<true>{{1, 0.5}}, "GaussianDiffusion: beta of timestep 0 must be in (0, 1); got 1");
  refused(Raw<true>{{0.5, 2}}, "GaussianDiffusion: beta of timestep 1 must be in (0, 1]; got 2");
  std::vector<double> vanishing(400, 0.99);
  vanishing.push_back(1);
  CHECK_THROWS_AS(make_coefficients(Raw<true>{vanishing}), std::invalid_argument);
}

TEST_CASE("the columns of the neighbours are the neighbours' columns") {
  const auto rows = make_coefficients(schedule::Cosine{100});
  int failed = 0;
  for (std::size_t t = 0; t + 1 < rows.size(); ++t) {
    const Row &c = rows[t], &next = rows[t + 1];
    failed += next.alpha_bar_prev != c.alpha_bar || c.alpha_bar_next != next.alpha_bar ||
              next.one_minus_alpha_bar_prev != c.one_minus_alpha_bar ||
              c.one_minus_alpha_bar_next != next.one_minus_alpha_bar ||
              next.sqrt_alpha_bar_prev != c.sqrt_alpha_bar ||
              c.sqrt_alpha_bar_next != next.sqrt_alpha_bar ||
              c.sqrt_one_minus_alpha_bar_next != next.sqrt_one_minus_alpha_bar;
  }
  CHECK(failed == 0);
}

TEST_CASE("what else a schedule has must be as long as its betas") {
  struct Mapped : schedule::Custom {
    using Custom::Custom;
    std::vector<int> map;
    [[nodiscard]] std::vector<int> timestep_map() const { return map; }
  };
  struct Told : schedule::Custom {
    using Custom::Custom;
    [[nodiscard]] std::vector<double> alphas() const { return {0.9, 0.5}; }
  };
  Mapped mapped({0.1, 0.2, 0.3});
  const std::string sentence =
      "GaussianDiffusion: the schedule's timestep_map must have as many entries as betas (3); got ";
  for (const std::vector<int>& map : {std::vector<int>{}, {7}, {1, 2, 3, 4}}) {
    mapped.map = map;
    CHECK_THROWS_WITH_AS(make_coefficients(mapped), (sentence + std::to_string(map.size())).c_str(),
                         std::invalid_argument);
  }
  mapped.map = {1, 5, 9};
  CHECK(make_coefficients(mapped)[2].timestep == 9);
  CHECK_THROWS_WITH_AS(
      make_coefficients(Told({0.1, 0.2, 0.3})),
      "GaussianDiffusion: the schedule's alphas must have as many entries as betas (3); got 2",
      std::invalid_argument);
}

TEST_CASE("an alpha that is told counts where beta is above 1/2") {
  struct Told : schedule::Custom {
    using Custom::Custom;
    [[nodiscard]] std::vector<double> alphas() const { return {0.123, 1e-30}; }
  };
  const auto rows = make_coefficients(Told({0.5, 1 - 0x1p-53}));
  CHECK(rows[0].alpha_bar == 0.5);
  CHECK(rows[1].alpha_bar == doctest::Approx(0.5e-30).epsilon(1e-15));
  CHECK(rows[1].sqrt_alpha == doctest::Approx(1e-15).epsilon(1e-15));
  CHECK(rows[1].one_minus_alpha_bar == 1);
}
