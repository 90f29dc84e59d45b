// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/likelihood/prior.hpp>
#include <iddpm/loss/mse.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P = GaussianDiffusion<schedule::Custom, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

}  // namespace

TEST_CASE("the prior's divergence is that of N(sqrt(A) x_0, 1 - A), worked by hand") {
  Coefficients<double> c{};
  c.alpha_bar = 0.5, c.log_one_minus_alpha_bar = std::log(0.5);
  CHECK(prior_kl(c, 2.0) == doctest::Approx(0.5 * (-1 - std::log(0.5) + 0.5 + 2)));
  c.alpha_bar = c.log_one_minus_alpha_bar = 0;
  CHECK(prior_kl(c, 2.0) == 0);
}

TEST_CASE_TEMPLATE("the golden prior terms agree, to 1e-15 absolutely or their tolerance", R, float,
                   double) {
  for (const golden::NamedSchedule& of : golden::schedules()) {
    CAPTURE(of.name);
    const golden::Step<R> step("steps/" + of.name + "/epsilon-fixed_small");
    const Tensor<R, 1, Exec> bpd("bpd", 4);
    prior_bpd(Exec{}, P{of.schedule}, step.x_start, bpd);
    Exec{}.fence();
    const auto found = golden::values(bpd),
               reference = golden::values(golden::load<double, 1>(step.name + "prior_bpd"));
    for (std::size_t i = 0; i < found.size(); ++i)
      CHECK(std::abs(found[i] - reference[i]) <
            1e-15 + (sizeof(R) == 4 ? golden::tolerance<R> * reference[i] : 0));
  }
}

TEST_CASE("a result of another extent is refused with a sentence") {
  const Tensor<float, 2, Exec> x("x", 2, 3);
  const Tensor<float, 1, Exec> bpd("bpd", 3);
  CHECK_THROWS_WITH_AS(prior_bpd(Exec{}, P{schedule::Custom({0.5})}, x, bpd),
                       "prior_bpd: bpd must hold one value per sample; got (3)",
                       std::invalid_argument);
}
