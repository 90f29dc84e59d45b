// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P = GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;

// Data of one point, 1/4 everywhere: a perfect network's x_0.
struct PointNet {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& x_start) const {
    Kokkos::deep_copy(exec, x_start, 0.25);
  }
};

}  // namespace

TEST_CASE("ddim_reverse_sample agrees with every golden step") {
  golden::for_each_parametrization([]<class Mean, class Variance>(const std::string& name) {
    golden::for_each_step<Mean, Variance, loss::Mse>(
        name, []<class R>(const auto& process, const golden::Step<R>& step) {
          const auto x_out = step.output(), x_start = step.output();
          ddim_reverse_sample(Exec{}, process, step.x_t, step.t, step.model_output, x_out, x_start);
          Exec{}.fence();
          CAPTURE(step.name);
          CHECK(golden::error(x_out, step.name + "ddim_reverse_sample") <
                golden::step_tolerance<R>);
          const double tolerance = sizeof(R) == 4 ? 1e-3 : 1e-11;
          CHECK(golden::error(x_start, step.name + "p_mean_variance_clip_pred_xstart") < tolerance);
        });
  });
}

TEST_CASE("from the last timestep the whole of x_T is noise, as worked by hand") {
  const P process{schedule::Cosine{20}};
  const Tensor<double, 2, Exec> x("x", 1, 2), output("output", 1, 2);
  Kokkos::deep_copy(x, 0.75);
  Kokkos::deep_copy(output, 0.5);
  ddim_reverse_sample(Exec{}, process, x, 19, output, x);
  Exec{}.fence();
  const auto& c = process.coefficients()[19];
  const double eps = (0.75 - c.sqrt_alpha_bar * 0.5) / c.sqrt_one_minus_alpha_bar;
  CHECK(golden::values(x)[1] == doctest::Approx(eps).epsilon(1e-14));
}

// With x_0 constant both directions are exact, so a round trip returns to where it began.
TEST_CASE("a run upwards, then Ddim downwards from the x_T it found, is a round trip") {
  const P process{schedule::Cosine{100}};
  const Tensor<double, 2, Exec> x("x", 3, 5);
  fill_normal(Exec{}, NoiseStream{.seed = 3}.user(0), x);
  const auto encode = sampler::DdimReverse{denoised::Identity{}};
  // x stands for x_1, the state that the first transition upwards, t = 1, begins with.
  const auto start = golden::values(x);
  auto up = progressive(Exec{}, process, encode, PointNet{}, NoiseStream{}, x, {.first = 1});
  while (up.step().index + 1 < 99 && up.advance()) {
  }
  CHECK(up.step().t == 98);  // x is x_99 now
  CHECK(golden::values(x) != start);
  auto down = progressive(Exec{}, process, sampler::Ddim{0, denoised::Identity{}}, PointNet{},
                          NoiseStream{}, x);
  while (down.advance() && down.step().t > 2) {
  }
  Exec{}.fence();
  CHECK(golden::error(golden::values(x), start) < 1e-12);
}

TEST_CASE("a whole run ascends from t = 0") {
  std::vector<int> seen;
  const auto observer = [&](const auto&, const SamplingStep& step, const auto&, const auto&) {
    seen.push_back(static_cast<int>(step.t));
  };
  const Tensor<float, 2, Exec> x("x", 1, 2);
  sample(Exec{}, P{schedule::Cosine{4}}, sampler::DdimReverse{}, PointNet{}, NoiseStream{}, x,
         observer);
  CHECK(seen == std::vector<int>{0, 1, 2, 3});
}
