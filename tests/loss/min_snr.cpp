// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/loss/min_snr.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/linear.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace iddpm;

TEST_CASE("weights worked by hand where A = 1/4, so r = 1/3") {
  const auto c = half_way_row();
  const loss::MinSnr<> all, some{0.25};
  CHECK(all.mse_weight<mean::StartX>(c) == doctest::Approx(1.0 / 3));
  CHECK(all.mse_weight<mean::Epsilon>(c) == doctest::Approx(1));
  CHECK(all.mse_weight<mean::Velocity>(c) == doctest::Approx(1.0 / 4));
  CHECK(some.mse_weight<mean::StartX>(c) == doctest::Approx(0.25));
  CHECK(some.mse_weight<mean::Epsilon>(c) == doctest::Approx(0.75));
}

TEST_CASE("the published weights of each mean type hold over a whole schedule") {
  const loss::MinSnr<loss::RescaledMse> min_snr{5};
  for (const auto& c : make_coefficients(schedule::Cosine{1000})) {
    const double r = c.alpha_bar / c.one_minus_alpha_bar, least = std::min(r, 5.0);
    CHECK(min_snr.mse_weight<mean::Epsilon>(c) == doctest::Approx(least / r));
    CHECK(min_snr.mse_weight<mean::StartX>(c) == doctest::Approx(least));
    CHECK(min_snr.mse_weight<mean::Velocity>(c) == doctest::Approx(least / (r + 1)));
    CHECK(min_snr.mse_weight<mean::PreviousX>(c) ==
          doctest::Approx(least / (c.posterior_mean_coef1 * c.posterior_mean_coef1)));
    CHECK(min_snr.mse_weight<mean::Velocity>(cast<float>(c)) ==
          doctest::Approx(least / (r + 1)).epsilon(1e-5));
  }
}

TEST_CASE("the bound keeps the scale of the loss inside; weights multiply") {
  CHECK(loss::MinSnr<loss::RescaledMse>{}.bound_scale(500) == 0.5);
  static_assert(Loss<loss::MinSnr<>>, "it is a loss");
  const loss::MinSnr<loss::MinSnr<>> twice{5, loss::MinSnr<>{5}};
  CHECK(twice.mse_weight<mean::StartX>(half_way_row()) == doctest::Approx(1.0 / 9));
}

TEST_CASE("a gamma that is not positive and finite is refused with a sentence") {
  CHECK_THROWS_WITH_AS(loss::MinSnr<>{0}, "MinSnr: gamma must be positive and finite; got 0",
                       std::invalid_argument);
  CHECK_THROWS_AS(loss::MinSnr<>{std::nan("")}, std::invalid_argument);
  CHECK_THROWS_AS(loss::MinSnr<>{HUGE_VAL}, std::invalid_argument);
}

TEST_CASE("in float the weight is that of double where alpha_bar has left float's range") {
  const loss::MinSnr<> loss;
  for (const auto& c : make_coefficients(schedule::Linear{1000, 1e-4, 0.25})) {
    const double want = loss.mse_weight<mean::Epsilon>(c);
    CHECK(want > 0);
    CHECK(loss.mse_weight<mean::Epsilon>(cast<float>(c)) == doctest::Approx(want).epsilon(1e-5));
  }
}
