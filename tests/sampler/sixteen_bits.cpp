// SPDX-License-Identifier: MIT
#include "support/sixteen_bits.hpp"

#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/dynamic_threshold.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using test::converted, test::Exec, test::is_rounded, test::normals;

namespace {

using P =
    GaussianDiffusion<schedule::Cosine, mean::Velocity, variance::LearnedRange, loss::Mse, Exec>;

template <class T>
struct Halver {
  template <class X, class Timesteps, class Output>
  void operator()(const Exec& exec, const X&, const Timesteps&, const Output& output) const {
    static_assert(std::is_same_v<value_t<Timesteps>, float>, "timesteps in the compute type");
    Kokkos::deep_copy(exec, output, value_t<Output>(0.5f));
  }
};

}  // namespace

TEST_CASE_TEMPLATE("a transition in 16 bits is that in float, rounded once", T, float16, bfloat16) {
  const P process{schedule::Cosine{20}};
  const auto x = normals<T>(1), output = normals<T>(2, 4);
  const auto wide_x = converted<float>(x), wide_output = converted<float>(output);
  const auto check = [&](const auto& sampler) {
    const Tensor<T, 3, Exec> out("out", 5, 2, 3), x_start("x_start", 5, 2, 3);
    const Tensor<float, 3, Exec> wide_out("out", 5, 2, 3), wide_x_start("x_start", 5, 2, 3);
    const Draw noise = NoiseStream{.seed = 4}.sampler(0);
    sampler(Exec{}, process, x, 9, output, noise, out, x_start);
    sampler(Exec{}, process, wide_x, 9, wide_output, noise, wide_out, wide_x_start);
    CHECK(is_rounded(out, wide_out));
    CHECK(is_rounded(x_start, wide_x_start));
  };
  check(sampler::Ancestral{});
  check(sampler::Ddim{0.5});
  check(sampler::DdimReverse{});
  check(sampler::Ancestral{denoised::DynamicThreshold{0.7}});
}

TEST_CASE_TEMPLATE("a whole run keeps its state in 16 bits", T, float16, bfloat16) {
  const P process{schedule::Cosine{20}};
  const auto x = normals<T>(1);
  sample(Exec{}, process, sampler::Ancestral{}, Halver<T>{}, NoiseStream{.seed = 1}, x);
  Exec{}.fence();
  const auto wide = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, converted<float>(x));
  // With x_0 = sqrt(A) x_t - sqrt(1 - A) / 2 clipped to [-1, 1], the last step is that x_0.
  for (std::size_t i = 0; i < wide.size(); ++i) CHECK(std::abs(wide.data()[i]) <= 1);
}
