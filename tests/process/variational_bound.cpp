// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/process/variational_bound.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

}  // namespace

TEST_CASE("the bound's terms agree with every golden step") {
  golden::for_each_parametrization([]<class Mean, class Variance>(const std::string& name) {
    golden::for_each_step<Mean, Variance, loss::Mse>(
        name, []<class P, class R>(const P& process, const golden::Step<R>& step) {
          const Tensor<R, 1, Exec> bpd("bpd", 4);
          vb_terms_bpd(Exec{}, process, step.x_start, step.x_t, step.t, step.model_output, bpd);
          Exec{}.fence();
          CAPTURE(step.name);
          CHECK(golden::error(bpd, step.name + "vb_terms_bpd_clip") < golden::tolerance<R>);
        });
  });
}

TEST_CASE("a model that is the posterior has no divergence") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  const P process{schedule::Cosine{50}};
  const Tensor<float, 3, Exec> x_start("x_start", 7, 3, 5), x_t("x_t", 7, 3, 5);
  Kokkos::deep_copy(x_start, 0.5f);
  Kokkos::deep_copy(x_t, -0.75f);
  const Tensor<float, 1, Exec> bpd("bpd", 7);
  for (const int t : {1, 20, 49}) {
    vb_terms_bpd(Exec{}, process, x_start, x_t, t, x_start, denoised::Identity{}, decoder::Tanh{},
                 bpd);
    Exec{}.fence();
    for (const double value : golden::values(bpd)) CHECK(value == 0);
  }
}

TEST_CASE("results of other extents are refused with a sentence") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  const P process{schedule::Cosine{50}};
  const Tensor<float, 2, Exec> x("x", 2, 3), other("other", 2, 4);
  const Tensor<float, 1, Exec> two("two", 2), three("three", 3);
  CHECK_THROWS_WITH_AS(vb_terms_bpd(Exec{}, process, x, x, 0, x, three),
                       "vb_terms_bpd: bpd must hold one value per sample; got (3)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(vb_terms_bpd(Exec{}, process, x, other, 0, x, two),
                       "vb_terms_bpd: x_t must have the extents of x_start (2, 3); got (2, 4)",
                       std::invalid_argument);
}
