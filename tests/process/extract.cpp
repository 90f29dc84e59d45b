// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/process/extract.hpp>
#include <iddpm/process/network_timesteps.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P = GaussianDiffusion<schedule::Custom, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

P three_steps() { return P{schedule::Custom({0.5, 0.25, 0.125})}; }

Kokkos::View<int*, Exec> timesteps(std::vector<int> of) {
  const Kokkos::View<int*, Exec> t("t", of.size());
  const auto host = Kokkos::create_mirror_view(t);
  std::copy(of.begin(), of.end(), host.data());
  Kokkos::deep_copy(t, host);
  return t;
}

template <class V>
std::vector<double> betas(const V& out, const Kokkos::View<int*, Exec>& t) {
  using R = compute_t<V>;
  extract(Exec{}, three_steps(), &Coefficients<R>::beta, t, out);
  Exec{}.fence();
  const Tensor<R, V::rank(), Exec> row_major("row_major", detail::row_major_layout(out));
  Kokkos::deep_copy(row_major, out);
  return golden::values(row_major);
}

}  // namespace

TEST_CASE_TEMPLATE("extract broadcasts a column at each sample's timestep to any rank and layout",
                   R, float, double) {
  const auto t = timesteps({2, 0});
  const std::vector<double> wanted{0.125, 0.125, 0.125, 0.125, 0.5, 0.5, 0.5, 0.5};
  CHECK(betas(Tensor<R, 1, Exec>("out", 2), t) == std::vector<double>{0.125, 0.5});
  CHECK(betas(Tensor<R, 2, Exec>("out", 2, 4), t) == wanted);
  CHECK(betas(Kokkos::View<R***, Kokkos::LayoutLeft, Exec>("out", 2, 2, 2), t) == wanted);
  CHECK(betas(Tensor<R, 4, Exec>("out", 2, 1, 2, 2), t) == wanted);
  CHECK(betas(Tensor<R, 5, Exec>("out", 2, 1, 1, 2, 2), t) == wanted);
  CHECK(betas(Tensor<R, 2, Exec>("out", 0, 4), timesteps({})).empty());
}

TEST_CASE("every column is the host's table, rounded once") {
  const P process{schedule::Custom(schedule::Cosine{50}.betas())};
  const Tensor<float, 1, Exec> out("out", 1);
  for (const int t : {0, 1, 25, 49}) {
    const Coefficients<double>& c = process.coefficients()[static_cast<std::size_t>(t)];
    extract(Exec{}, process, &Coefficients<float>::posterior_mean_coef1, t, out);
    Exec{}.fence();
    CHECK(golden::values(out)[0] == static_cast<float>(c.posterior_mean_coef1));
    extract(Exec{}, process, &Coefficients<float>::log_one_minus_alpha_bar, t, out);
    Exec{}.fence();
    CHECK(golden::values(out)[0] == static_cast<float>(c.log_one_minus_alpha_bar));
  }
}

TEST_CASE("a timestep out of range is NaN in a View, and refused with a sentence as a number") {
  const Tensor<float, 2, Exec> out("out", 2, 2);
  if constexpr (!checks_values) {
    const auto found = betas(out, timesteps({3, 1}));
    CHECK(std::isnan(found[1]));
    CHECK(found[2] == 0.25);
  }
  CHECK_THROWS_WITH_AS(extract(Exec{}, three_steps(), &Coefficients<float>::beta, 3, out),
                       "extract: t must be in 0 .. 2; got 3", std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      extract(Exec{}, three_steps(), &Coefficients<float>::beta, timesteps({0}), out),
      "extract: t must hold one value per sample (2); got 1", std::invalid_argument);
}
