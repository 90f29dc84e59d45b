// SPDX-License-Identifier: MIT
#include "support/sixteen_bits.hpp"

#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/process/posterior.hpp>
#include <iddpm/process/reverse.hpp>
#include <iddpm/process/variational_bound.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using test::converted, test::Exec, test::is_rounded, test::normals;

namespace {

using P =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

P process() { return P{schedule::Cosine{20}}; }

template <class T>
Tensor<T, 3, Exec> empty() {
  return Tensor<T, 3, Exec>("out", 5, 2, 3);
}

}  // namespace

TEST_CASE_TEMPLATE("16-bit noise is the float normal, rounded once", T, float16, bfloat16) {
  CHECK(is_rounded(normals<T>(1), normals<float>(1)));
}

TEST_CASE_TEMPLATE("q operations in 16 bits are those in float, rounded once", T, float16,
                   bfloat16) {
  const auto x = normals<T>(1), noise = normals<T>(2), out = empty<T>();
  const auto wide_x = converted<float>(x), wide_noise = converted<float>(noise),
             wide_out = empty<float>();
  q_sample(Exec{}, process(), x, 7, noise, out);
  q_sample(Exec{}, process(), wide_x, 7, wide_noise, wide_out);
  CHECK(is_rounded(out, wide_out));
  q_sample(Exec{}, process(), x, 7, NoiseStream{}.training(0), out);
  q_sample(Exec{}, process(), wide_x, 7, NoiseStream{}.training(0), wide_out);
  CHECK(is_rounded(out, wide_out));
  q_mean_variance(Exec{}, process(), x, 7, out, {}, {});
  q_mean_variance(Exec{}, process(), wide_x, 7, wide_out, {}, {});
  CHECK(is_rounded(out, wide_out));
  q_posterior_mean_variance(Exec{}, process(), x, noise, 7, out, {}, {});
  q_posterior_mean_variance(Exec{}, process(), wide_x, wide_noise, 7, wide_out, {}, {});
  CHECK(is_rounded(out, wide_out));
}

TEST_CASE_TEMPLATE("p_mean_variance in 16 bits is that in float, rounded once", T, float16,
                   bfloat16) {
  const auto x = normals<T>(1), output = normals<T>(2, 4);
  const auto wide_x = converted<float>(x), wide_output = converted<float>(output);
  const auto m = empty<T>(), v = empty<T>(), l = empty<T>(), x_start = empty<T>();
  const auto wide_m = empty<float>(), wide_v = empty<float>(), wide_l = empty<float>(),
             wide_x_start = empty<float>();
  p_mean_variance(Exec{}, process(), x, 7, output, m, v, l, x_start);
  p_mean_variance(Exec{}, process(), wide_x, 7, wide_output, wide_m, wide_v, wide_l, wide_x_start);
  CHECK(is_rounded(m, wide_m));
  CHECK(is_rounded(v, wide_v));
  CHECK(is_rounded(l, wide_l));
  CHECK(is_rounded(x_start, wide_x_start));
}

TEST_CASE_TEMPLATE("the bound of 16-bit batches is that of the same numbers in float", T, float16,
                   bfloat16) {
  const auto x = normals<T>(1), output = normals<T>(2, 4);
  const auto x_start = empty<T>();
  Kokkos::deep_copy(x_start, T(0.25f));
  const Tensor<float, 1, Exec> bpd("bpd", 5), wide_bpd("bpd", 5);
  for (const int t : {0, 7}) {
    vb_terms_bpd(Exec{}, process(), x_start, x, t, output, bpd);
    vb_terms_bpd(Exec{}, process(), converted<float>(x_start), converted<float>(x), t,
                 converted<float>(output), wide_bpd);
    Exec{}.fence();
    CHECK(golden::values(bpd) == golden::values(wide_bpd));
    CHECK(std::isfinite(golden::values(bpd)[4]));
  }
}

TEST_CASE("16-bit and float batches mix in one call") {
  const auto x = normals<float>(1), mean = empty<float>(), mixed = empty<float>();
  const auto output = normals<bfloat16>(2, 4);
  p_mean_variance(Exec{}, process(), x, 7, output, mixed, {}, {}, {});
  p_mean_variance(Exec{}, process(), x, 7, converted<float>(output), mean, {}, {}, {});
  Exec{}.fence();
  CHECK(golden::values(mixed) == golden::values(mean));
  const auto half = empty<float16>();
  p_mean_variance(Exec{}, process(), x, 7, output, half, {}, {}, {});
  CHECK(is_rounded(half, mean));
}
