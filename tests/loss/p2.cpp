// SPDX-License-Identifier: MIT
#include "support/half_way.hpp"
#include <iddpm/loss/p2.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace iddpm;

TEST_CASE("weights worked by hand where A = 1/4, so r = 1/3") {
  const auto c = half_way_row();
  CHECK(loss::P2<>{}.mse_weight<mean::Epsilon>(c) == doctest::Approx(0.75));
  CHECK(loss::P2<>{2}.mse_weight<mean::Epsilon>(c) == doctest::Approx(0.5625));
  CHECK(loss::P2<>{1}.mse_weight<mean::StartX>(c) == doctest::Approx(0.25));
  CHECK(loss::P2<>{0}.mse_weight<mean::Velocity>(c) == doctest::Approx(0.25));
}

TEST_CASE("the published weight of the noise's error holds over a whole schedule") {
  const loss::P2<loss::RescaledMse> p2{0.5, 2};
  for (const auto& c : make_coefficients(schedule::Cosine{1000})) {
    const double r = c.alpha_bar / c.one_minus_alpha_bar, weight = std::pow(2 + r, -0.5);
    CHECK(p2.mse_weight<mean::Epsilon>(c) == doctest::Approx(weight));
    CHECK(p2.mse_weight<mean::StartX>(c) == doctest::Approx(weight * r));
    CHECK(p2.mse_weight<mean::Epsilon>(cast<float>(c)) == doctest::Approx(weight).epsilon(1e-5));
  }
  CHECK(p2.bound_scale(500) == 0.5);
}

TEST_CASE("with zero terminal SNR the last timestep's weight is finite where x_0 can be found") {
  const auto rows = make_coefficients(schedule::ZeroTerminalSnr{schedule::Linear{100}});
  CHECK(loss::P2<>{}.mse_weight<mean::Velocity>(rows.back()) == 0);
}

TEST_CASE("numbers out of range are refused with a sentence") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](double gamma, double k, const char* sentence) {
    CHECK_THROWS_WITH_AS((loss::P2<>{gamma, k}), sentence, std::invalid_argument);
  };
  refused(-1, 1, "P2: gamma must be at least 0 and finite; got -1");
  refused(infinity, 1, "P2: gamma must be at least 0 and finite; got inf");
  refused(1, 0, "P2: k must be positive and finite; got 0");
  refused(1, infinity, "P2: k must be positive and finite; got inf");
}

TEST_CASE("in float the weight is that of double where alpha_bar has left float's range") {
  const loss::P2<> loss;
  for (const auto& c : make_coefficients(schedule::Linear{1000, 1e-4, 0.25})) {
    const double want = loss.mse_weight<mean::Epsilon>(c);
    CHECK(want > 0);
    CHECK(loss.mse_weight<mean::Epsilon>(cast<float>(c)) == doctest::Approx(want).epsilon(1e-5));
  }
}
