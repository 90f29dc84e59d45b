// SPDX-License-Identifier: MIT
// This program is built as debug builds are: values that lie on a device are looked at.
#ifndef IDDPM_CHECK_VALUES
#define IDDPM_CHECK_VALUES
#endif
#include <iddpm/iddpm.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
template <class Loss>
using P = GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, Loss, Exec>;
using Rows = Tensor<float, 2, Exec>;
using Column = Tensor<float, 1, Exec>;

Kokkos::View<int*, Exec> timesteps(int first, int second) {
  const Kokkos::View<int*, Exec> t("t", 2);
  const auto host = Kokkos::create_mirror_view(t);
  host(0) = first, host(1) = second;
  Kokkos::deep_copy(t, host);
  return t;
}

Rows filled(float value) {
  const Rows x("x", 2, 3);
  Kokkos::deep_copy(x, value);
  return x;
}

struct CopyNet {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& output) const {
    Kokkos::deep_copy(exec, output, x);
  }
};

template <class Call>
void refused(const Call& call, const char* sentence) {
  CHECK_THROWS_WITH_AS(call(), sentence, std::invalid_argument);
}

}  // namespace

static_assert(checks_values, "this program checks values");

TEST_CASE(
    "a timestep out of range in a View is refused with the first bad one; nothing is written") {
  const P<loss::Mse> process{schedule::Cosine{20}};
  const Rows x = filled(0.5f), out = filled(7);
  const Draw noise = NoiseStream{}.user(0);
  refused([&] { q_sample(Exec{}, process, x, timesteps(3, 20), noise, out); },
          "q_sample: every t must be in 0 .. 19; got 20");
  refused([&] { p_sample(Exec{}, process, x, timesteps(-1, 99), x, noise, out); },
          "p_sample: every t must be in 0 .. 19; got -1");
  refused([&] { extract(Exec{}, process, &Coefficients<float>::beta, timesteps(0, 20), out); },
          "extract: every t must be in 0 .. 19; got 20");
  CHECK(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, out)(1, 2) == 7);
  q_sample(Exec{}, process, x, timesteps(0, 19), noise, out);
  Exec{}.fence();
  CHECK(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, out)(1, 2) != 7);
}

TEST_CASE("x_start outside the decoder's range is refused with the first bad value") {
  const P<loss::Kl> process{schedule::Cosine{20}};
  const Rows pixels = filled(255), x = filled(0.5f);
  const Column result("result", 2);
  const Draw noise = NoiseStream{}.user(0);
  refused([&] { vb_terms_bpd(Exec{}, process, pixels, x, 3, x, result); },
          "vb_terms_bpd: every x_start must lie in the decoder's range; got 255");
  refused(
      [&] {
        training_losses(Exec{}, process, pixels, x, 3, noise, x, 1.0f,
                        TrainingLosses<Column>{.loss = result}, Rows{});
      },
      "training_losses: every x_start must lie in the decoder's range; got 255");
  refused(
      [&] {
        [[maybe_unused]] auto bits =
            bits_per_dim(Exec{}, process, CopyNet{}, NoiseStream{}, pixels);
      },
      "bits_per_dim: every x_start must lie in the decoder's range; got 255");
}

TEST_CASE("a density, a loss without a bound and a decoder that clamps take any data") {
  const Rows pixels = filled(255), x = filled(0.5f);
  const Column result("result", 2);
  const Draw noise = NoiseStream{}.user(0);
  using Density = loss::Decoded<loss::Kl, decoder::Continuous>;
  vb_terms_bpd(Exec{}, P<Density>{schedule::Cosine{20}}, pixels, x, 3, x, result);
  training_losses(Exec{}, P<loss::Mse>{schedule::Cosine{20}}, pixels, x, 3, noise, x, 1.0f,
                  TrainingLosses<Column>{.loss = result}, Rows{});
  const decoder::Tanh clamping{256, -1, 1, decoder::OutOfRange::nearest};
  vb_terms_bpd(Exec{}, P<loss::Kl>{schedule::Cosine{20}}, pixels, x, 3, x, denoised::Clip{},
               clamping, result);
  Exec{}.fence();
  CHECK(Kokkos::isfinite(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, result)(0)));
}

TEST_CASE("an empty batch has no bad value") {
  const P<loss::Kl> process{schedule::Cosine{20}};
  const Rows none("none", 0, 3);
  CHECK_NOTHROW(q_sample(Exec{}, process, none, Kokkos::View<int*, Exec>("t", 0),
                         NoiseStream{}.user(0), none));
}
