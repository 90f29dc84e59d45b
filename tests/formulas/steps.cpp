// SPDX-License-Identifier: MIT
// The forward process and one element's step of the samplers that make a whole transition.
#include "formulas/by_alpha_bar.hpp"
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/reverse.hpp>
#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/ddim.hpp>
#include <iddpm/sampler/ddim_reverse.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace test;

namespace {

constexpr double x_t = 0.9, output = 0.3, z = -0.8;

using Rows = iddpm::CoefficientsAt<double, Kokkos::DefaultHostExecutionSpace>;
Rows at(std::size_t t) { return {0, rows()[t], nullptr, 50}; }

const iddpm::denoised::Identity identity;

}  // namespace

TEST_CASE("x_t, its noise and its posterior are equations (4) and (7)") {
  for (const std::size_t t : {0u, 1u, 20u, 49u}) {
    const Row& c = rows()[t];
    const ByAlphaBar by(t);
    const double noised = std::sqrt(by.a) * 0.4 + std::sqrt(1 - by.a) * z;
    CHECK(iddpm::q_sample(c, 0.4, z) == doctest::Approx(noised).epsilon(1e-13));
    CHECK(iddpm::predict_eps_from_xstart(c, noised, 0.4) == doctest::Approx(z).epsilon(1e-9));
    CHECK(iddpm::posterior_mean(c, 0.4, x_t) ==
          doctest::Approx(by.c1 * 0.4 + by.c2 * x_t).epsilon(1e-10));
  }
}

TEST_CASE("a prediction is the x_0 of the output, processed, and the mean that follows from it") {
  Means::call([]<class Mean>(Mean) {
    const ByAlphaBar by(20);
    const auto p = iddpm::predict<Mean>(rows()[20], x_t, output, identity);
    CHECK(p.x_start == doctest::Approx(by.x_start<Mean>(x_t, output)).epsilon(1e-10));
    CHECK(p.mean == doctest::Approx(by.mean<Mean>(x_t, output)).epsilon(1e-10));
  });
  const auto clipped =
      iddpm::predict<iddpm::mean::StartX>(rows()[20], x_t, 1.75, iddpm::denoised::Clip{});
  CHECK(clipped.x_start == 1);
}

TEST_CASE("an ancestral step adds the deviation times the noise, but at t = 0") {
  Means::call([]<class Mean>(Mean) {
    Variances::call([]<class Variance>(Variance) {
      for (const std::size_t t : {0u, 1u, 20u, 49u}) {
        const ByAlphaBar by(t);
        const iddpm::detail::AncestralStep<Mean, Variance, iddpm::denoised::Identity, Rows> step{
            at(t), identity};
        CHECK(step.draws_noise(rows()[t]) == (t > 0));
        const double v =
            std::same_as<Variance, iddpm::variance::Learned> ? std::log(by.small) + 0.3 : 0.2;
        const double deviation = t > 0 ? std::exp(0.5 * by.log_variance<Variance>(v)) : 0;
        const auto next = step.template element<double>(rows()[t], identity, x_t, output, v, z);
        CHECK(next.x_start == doctest::Approx(by.x_start<Mean>(x_t, output)).epsilon(1e-10));
        CHECK(next.x_out ==
              doctest::Approx(by.mean<Mean>(x_t, output) + deviation * z).epsilon(1e-10));
      }
    });
  });
}

TEST_CASE("a DDIM step is equation (12) with the sigma of equation (16)") {
  for (const double eta : {0.0, 0.4, 1.0})
    for (const std::size_t t : {0u, 1u, 20u, 49u}) {
      const ByAlphaBar by(t);
      const double sigma = eta * std::sqrt((1 - by.ap) / (1 - by.a)) * std::sqrt(1 - by.a / by.ap);
      const auto d = iddpm::ddim_coefficients<double>(rows()[t], eta);
      CHECK(d.sigma == doctest::Approx(sigma).epsilon(1e-10));
      CHECK(d.direction * d.direction == doctest::Approx(1 - by.ap - sigma * sigma).epsilon(1e-9));
      Means::call([&]<class Mean>(Mean) {
        const double x_start = by.x_start<Mean>(x_t, output);
        const double eps = (x_t - std::sqrt(by.a) * x_start) / std::sqrt(1 - by.a);
        const double expected =
            std::sqrt(by.ap) * x_start + std::sqrt(1 - by.ap - sigma * sigma) * eps + sigma * z;
        const iddpm::detail::DdimStep<Mean, iddpm::denoised::Identity, Rows, Rows> step(
            at(t), at(t), eta, identity);
        CHECK(step.draws_noise(step.row(0)) == (sigma != 0));
        const auto next = step.template element<double>(step.row(0), identity, x_t, output, 0, z);
        CHECK(next.x_out == doctest::Approx(expected).epsilon(1e-9));
        CHECK(next.x_start == doctest::Approx(x_start).epsilon(1e-10));
      });
    }
}

TEST_CASE("a reverse DDIM step is equation (12) towards the next timestep") {
  for (const std::size_t t : {0u, 1u, 20u, 48u}) {
    const ByAlphaBar by(t);
    const double next_a = rows()[t + 1].alpha_bar;
    Means::call([&]<class Mean>(Mean) {
      const double x_start = by.x_start<Mean>(x_t, output);
      const double eps = (x_t - std::sqrt(by.a) * x_start) / std::sqrt(1 - by.a);
      const iddpm::detail::DdimReverseStep<Mean, iddpm::denoised::Identity, Rows> step{at(t),
                                                                                       identity};
      const auto next = step.template element<double>(rows()[t], identity, x_t, output, 0, z);
      CHECK(next.x_out == doctest::Approx(std::sqrt(next_a) * x_start + std::sqrt(1 - next_a) * eps)
                              .epsilon(1e-10));
      CHECK_FALSE(step.draws_noise(rows()[t]));
    });
  }
}
