// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P = GaussianDiffusion<schedule::Custom, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

P two_steps() { return P{schedule::Custom({0.75, 0.75})}; }

}  // namespace

TEST_CASE("q_sample mixes x_0 and noise as worked by hand") {
  const Exec exec;
  const Tensor<double, 2, Exec> x_start("x_start", 1, 2), noise("noise", 1, 2), x_t("x_t", 1, 2);
  Kokkos::deep_copy(x_start, 0.5);
  Kokkos::deep_copy(noise, 1.0);
  q_sample(exec, two_steps(), x_start, 0, noise, x_t);
  exec.fence();
  CHECK(golden::values(x_t)[1] == doctest::Approx(0.25 + std::sqrt(0.75)));
}

TEST_CASE_TEMPLATE("q_sample agrees with the golden x_t, one timestep per sample", R, float,
                   double) {
  for (const golden::NamedSchedule& of : golden::schedules()) {
    CAPTURE(of.name);
    const golden::Step<R> step("steps/" + of.name + "/epsilon-fixed_small");
    const auto x_t = step.output();
    q_sample(Exec{}, P{of.schedule}, step.x_start, step.t, step.noise, x_t);
    Exec{}.fence();
    CHECK(golden::error(x_t, step.name + "x_t") < golden::step_tolerance<R>);
  }
}

TEST_CASE_TEMPLATE("noise from a stream is the noise that fill_normal writes", R, float, double) {
  const Exec exec;
  const NoiseStream stream{.seed = 7, .first_sample = 3};
  const Tensor<R, 3, Exec> x_start("x_start", 3, 5, 7), noise("noise", 3, 5, 7);
  const Tensor<R, 3, Exec> drawn("drawn", 3, 5, 7), stored("stored", 3, 5, 7);
  Kokkos::deep_copy(x_start, R(0.25));
  fill_normal(exec, stream.training(11), noise);
  q_sample(exec, two_steps(), x_start, 1, stream.training(11), drawn);
  q_sample(exec, two_steps(), x_start, 1, noise, stored);
  exec.fence();
  CHECK(golden::values(drawn) == golden::values(stored));
}

TEST_CASE("ranks 1 to 5, other layouts and batches of 0, 1 and 7 give the same numbers") {
  const Exec exec;
  const auto check = [&]<class X>(const X& x_start, const X& x_t) {
    q_sample(exec, two_steps(), x_start, 1, NoiseStream{.seed = 1}.user(0), x_t);
    exec.fence();
    const Tensor<float, 2, Exec> flat("flat", x_t.extent(0), sample_size(x_t));
    const Tensor<float, 2, Exec> zero("zero", x_t.extent(0), sample_size(x_t));
    q_sample(exec, two_steps(), zero, 1, NoiseStream{.seed = 1}.user(0), flat);
    exec.fence();
    const Tensor<float, X::rank(), Exec> row_major("row_major", detail::row_major_layout(x_t));
    Kokkos::deep_copy(row_major, x_t);
    CHECK(golden::values(row_major) == golden::values(flat));
  };
  for (const std::size_t batch : {0u, 1u, 7u}) {
    using V1 = Tensor<float, 1, Exec>;
    check(V1("x", batch), V1("y", batch));
    using V2 = Kokkos::View<float**, Kokkos::LayoutLeft, Exec>;
    check(V2("x", batch, 5), V2("y", batch, 5));
    using V3 = Kokkos::View<float***, Kokkos::LayoutLeft, Exec>;
    check(V3("x", batch, 3, 5), V3("y", batch, 3, 5));
    using V4 = Kokkos::View<float****, Kokkos::LayoutLeft, Exec>;
    check(V4("x", batch, 2, 3, 5), V4("y", batch, 2, 3, 5));
    using V5 = Tensor<float, 5, Exec>;
    check(V5("x", batch, 1, 2, 3, 5), V5("y", batch, 1, 2, 3, 5));
  }
}

TEST_CASE("a timestep per sample gives the bits of separate calls; out of range gives NaN") {
  const Exec exec;
  const Tensor<float, 2, Exec> x("x", 2, 3), together("together", 2, 3), apart("apart", 2, 3);
  const auto t = Kokkos::View<int*, Exec>("t", 2);
  const auto host_t = Kokkos::create_mirror_view(t);
  host_t(0) = 0, host_t(1) = 1;
  Kokkos::deep_copy(t, host_t);
  const Draw draw = NoiseStream{.seed = 5}.user(0);
  q_sample(exec, two_steps(), x, t, draw, together);
  q_sample(exec, two_steps(), x, 1, draw, apart);
  exec.fence();
  CHECK(golden::values(together)[4] == golden::values(apart)[4]);
  CHECK(golden::values(together)[1] != golden::values(apart)[1]);
  if constexpr (checks_values) return;
  host_t(1) = 2;
  Kokkos::deep_copy(t, host_t);
  q_sample(exec, two_steps(), x, t, draw, together);
  exec.fence();
  CHECK(std::isfinite(golden::values(together)[1]));
  CHECK(std::isnan(golden::values(together)[4]));
}

TEST_CASE_TEMPLATE("q_mean_variance is the distribution that q_sample draws from", R, float,
                   double) {
  const golden::Step<R> step("steps/cosine_1000/epsilon-fixed_small");
  const P process{golden::schedules()[2].schedule};
  const auto mean = step.output(), variance = step.output(), log_variance = step.output();
  q_mean_variance(Exec{}, process, step.x_start, step.t, mean, variance, log_variance);
  Exec{}.fence();
  const auto m = golden::values(mean), v = golden::values(variance),
             l = golden::values(log_variance), z = golden::values(step.noise),
             x_t = golden::values(step.x_t);
  for (std::size_t i = 0; i < m.size(); ++i) {
    CHECK(m[i] + std::sqrt(v[i]) * z[i] == doctest::Approx(x_t[i]).epsilon(1e-5));
    CHECK(std::exp(l[i]) == doctest::Approx(v[i]).epsilon(1e-6));
  }
  const auto alone = step.output();
  q_mean_variance(Exec{}, process, step.x_start, step.t, decltype(alone){}, alone,
                  decltype(alone){});
  Exec{}.fence();
  CHECK(golden::values(alone) == v);
}

TEST_CASE("q_mean_variance's log variance keeps its digits where alpha_bar is small") {
  const P process{golden::schedules()[2].schedule};
  const auto& last = process.coefficients().back();
  CHECK(last.log_one_minus_alpha_bar == doctest::Approx(-last.alpha_bar).epsilon(1e-8));
  CHECK_THROWS_WITH_AS(q_mean_variance(Exec{}, process, Tensor<float, 2, Exec>("x", 2, 3), 0,
                                       Tensor<float, 2, Exec>("mean", 2, 4), {}, {}),
                       "q_mean_variance: mean must have the extents of x_start (2, 3); got (2, 4)",
                       std::invalid_argument);
}

TEST_CASE("extents that differ are refused with a sentence, before anything is written") {
  const Exec exec;
  const Tensor<float, 2, Exec> x("x", 2, 3), other("other", 2, 4);
  const Draw draw = NoiseStream{}.user(0);
  Kokkos::deep_copy(other, 7.0f);
  CHECK_THROWS_WITH_AS(q_sample(exec, two_steps(), x, 0, draw, other),
                       "q_sample: x_t must have the extents of x_start (2, 3); got (2, 4)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(q_sample(exec, two_steps(), x, 0, other, x),
                       "q_sample: noise must have the extents of the batch (2, 3); got (2, 4)",
                       std::invalid_argument);
  exec.fence();
  CHECK(golden::values(other) == std::vector<double>(8, 7));
  CHECK(golden::values(x) == std::vector<double>(6, 0));
}
