// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/process/posterior.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P = GaussianDiffusion<schedule::Custom, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

}  // namespace

TEST_CASE("the posterior of two half-way steps is that worked by hand") {
  const Exec exec;
  const P process{schedule::Custom({0.5, 0.5})};
  const Tensor<double, 1, Exec> x("x", 2), mean("mean", 2), variance("variance", 2),
      log_variance("log_variance", 2);
  Kokkos::deep_copy(x, 3.0);
  q_posterior_mean_variance(exec, process, x, x, 1, mean, variance, log_variance);
  exec.fence();
  CHECK(golden::values(mean)[0] == doctest::Approx(4 * std::sqrt(0.5)));
  CHECK(golden::values(variance)[1] == doctest::Approx(1.0 / 3));
  CHECK(golden::values(log_variance)[1] == doctest::Approx(-std::log(3.0)));
}

TEST_CASE_TEMPLATE("the golden PREVIOUS_X targets follow: mean from x_0, variance from the table",
                   R, float, double) {
  for (const golden::NamedSchedule& of : golden::schedules()) {
    CAPTURE(of.name);
    const golden::Step<R> step("steps/" + of.name + "/start_x-fixed_small");
    const auto mean = step.output(), variance = step.output(), log_variance = step.output();
    const auto x_start = golden::load<R, 4>(step.name + "p_mean_variance_clip_pred_xstart");
    q_posterior_mean_variance(Exec{}, P{of.schedule}, x_start, step.x_t, step.t, mean, variance,
                              log_variance);
    Exec{}.fence();
    const std::string reference = step.name + "p_mean_variance_clip_";
    CHECK(golden::error(mean, reference + "mean") < golden::step_tolerance<R>);
    CHECK(golden::error(variance, reference + "variance") < golden::step_tolerance<R>);
    CHECK(golden::error(log_variance, reference + "log_variance") < golden::step_tolerance<R>);
  }
}

TEST_CASE("extents that differ are refused with a sentence") {
  const P process{schedule::Custom({0.5, 0.5})};
  const Tensor<float, 2, Exec> x("x", 2, 3), other("other", 3, 3);
  CHECK_THROWS_WITH_AS(
      q_posterior_mean_variance(Exec{}, process, x, other, 0, x, x, x),
      "q_posterior_mean_variance: x_t must have the extents of x_start (2, 3); got (3, 3)",
      std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      q_posterior_mean_variance(Exec{}, process, x, x, 0, x, x, other),
      "q_posterior_mean_variance: log_variance must have the extents of x_start (2, 3); got (3, 3)",
      std::invalid_argument);
}
