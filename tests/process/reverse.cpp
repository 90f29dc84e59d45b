// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/dynamic_threshold.hpp>
#include <iddpm/process/reverse.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

// PREVIOUS_X's predicted x_0 is divided by c1, which is 3e-3 at the last step.
template <class Mean, class R>
constexpr double x_start_tolerance = std::is_same_v<Mean, mean::PreviousX> && sizeof(R) == 4
                                         ? 5e-4
                                         : golden::step_tolerance<R>;

template <class Mean, class P, class R, class D>
void check_step(const P& process, const golden::Step<R>& step, const D& denoised,
                const std::string& kind) {
  const auto mean = step.output(), variance = step.output(), log_variance = step.output(),
             x_start = step.output();
  p_mean_variance(Exec{}, process, step.x_t, step.t, step.model_output, denoised, mean, variance,
                  log_variance, x_start);
  Exec{}.fence();
  const std::string reference = step.name + "p_mean_variance_" + kind;
  CAPTURE(reference);
  CHECK(golden::error(mean, reference + "mean") < golden::step_tolerance<R>);
  CHECK(golden::error(variance, reference + "variance") < golden::step_tolerance<R>);
  CHECK(golden::error(log_variance, reference + "log_variance") < golden::step_tolerance<R>);
  CHECK(golden::error(x_start, reference + "pred_xstart") < x_start_tolerance<Mean, R>);
}

}  // namespace

TEST_CASE("p_mean_variance agrees with every golden step, clipped and not") {
  golden::for_each_parametrization([]<class Mean, class Variance>(const std::string& name) {
    golden::for_each_step<Mean, Variance, loss::Mse>(
        name, [](const auto& process, const auto& step) {
          check_step<Mean>(process, step, golden::clipped, "clip_");
          check_step<Mean>(process, step, golden::unclipped, "noclip_");
        });
  });
}

TEST_CASE("x_0 is processed first and the mean follows from it, clipped to [-1, 1] by default") {
  using P =
      GaussianDiffusion<schedule::Custom, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  const P process{schedule::Custom({0.5, 0.5})};
  const Tensor<double, 2, Exec> x("x", 1, 1), output("output", 1, 1), mean("mean", 1, 1),
      other("other", 1, 1), x_start("x_start", 1, 1);
  Kokkos::deep_copy(output, 5.0);
  p_mean_variance(Exec{}, process, x, 1, output, mean, other, other, x_start);
  Exec{}.fence();
  CHECK(golden::values(x_start)[0] == 1);
  CHECK(golden::values(mean)[0] == doctest::Approx(std::sqrt(0.5) * 2 / 3));
}

TEST_CASE("the noise that follows from x_0 and x_t is the noise that made x_t") {
  const auto c = make_coefficients(schedule::Cosine{10})[4];
  const double x_t = c.sqrt_alpha_bar * 0.3 + c.sqrt_one_minus_alpha_bar * -1.25;
  CHECK(predict_eps_from_xstart(c, x_t, 0.3) == doctest::Approx(-1.25));
}

TEST_CASE("outputs of other extents are refused with a sentence") {
  using P =
      GaussianDiffusion<schedule::Custom, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  const P process{schedule::Custom({0.5, 0.5})};
  const Tensor<float, 2, Exec> x("x", 2, 3), other("other", 3, 3);
  const auto refused = [&](const auto& mean, const auto& variance, const auto& log_variance,
                           const auto& x_start, const std::string& name) {
    CHECK_THROWS_WITH_AS(
        p_mean_variance(Exec{}, process, x, 0, x, mean, variance, log_variance, x_start),
        ("p_mean_variance: " + name + " must have the extents of x_t (2, 3); got (3, 3)").c_str(),
        std::invalid_argument);
  };
  refused(other, x, x, x, "mean");
  refused(x, other, x, x, "variance");
  refused(x, x, other, x, "log_variance");
  refused(x, x, x, other, "x_start");
}

TEST_CASE("a dynamic threshold is each sample's own; outputs that are not wanted are not written") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  const P process{schedule::Cosine{20}};
  const Tensor<double, 2, Exec> x("x", 2, 3), output("output", 2, 3), x_start("x_start", 2, 3);
  const auto host = Kokkos::create_mirror_view(output);
  const double given[] = {-4, 1, 2, 0.25, -0.5, 0};
  std::copy(given, given + 6, host.data());
  Kokkos::deep_copy(output, host);
  p_mean_variance(Exec{}, process, x, 3, output, denoised::DynamicThreshold{1}, {}, {}, {},
                  x_start);
  Exec{}.fence();
  // The first sample's largest magnitude is 4, the second stays inside [-1, 1].
  CHECK(golden::values(x_start) == std::vector<double>{-1, 0.25, 0.5, 0.25, -0.5, 0});
  p_mean_variance(Exec{}, process, x, 3, output, denoised::DynamicThreshold{0.5}, {}, {}, {},
                  x_start);
  Exec{}.fence();
  CHECK(golden::values(x_start) == std::vector<double>{-1, 0.5, 1, 0.25, -0.5, 0});
}

TEST_CASE("any callable on an element processes x_0, a lambda that captures too") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  const Tensor<float, 2, Exec> x("x", 1, 2), output("output", 1, 2), x_start("x_start", 1, 2);
  Kokkos::deep_copy(output, 3.0f);
  const double scale = 0.5;
  const auto scaled = KOKKOS_LAMBDA(double value) { return scale * value; };
  p_mean_variance(Exec{}, P{schedule::Cosine{20}}, x, 3, output, scaled, {}, {}, {}, x_start);
  Exec{}.fence();
  CHECK(golden::values(x_start) == std::vector<double>{1.5, 1.5});
}
