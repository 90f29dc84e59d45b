// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/gaussian/decoder/tanh_floored.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/loss/decoded.hpp>
#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/min_snr.hpp>
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using Column = Tensor<double, 1, Exec>;

template <class Loss>
using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::Learned, Loss, Exec>;

// The loss at t = 0 of one element, x_0 = 1/4 and an output (mean part 0.5, variance part -3).
template <class Loss>
double loss_at_zero(const Loss& loss) {
  const P<Loss> process{schedule::Cosine{20}, false, loss};
  const Tensor<double, 2, Exec> x("x", 1, 1), output("output", 1, 2);
  Kokkos::deep_copy(x, 0.25);
  const auto host = Kokkos::create_mirror_view(output);
  host(0, 0) = 0.5, host(0, 1) = -3;
  Kokkos::deep_copy(output, host);
  const Column result("loss", 1);
  training_losses(Exec{}, process, x, x, 0, NoiseStream{}.training(0), output, 1.0,
                  TrainingLosses<Column>{.loss = result}, Tensor<double, 2, Exec>{});
  Exec{}.fence();
  return golden::values(result)[0];
}

double decoded_by_hand(const auto& decoder) {
  const auto c = make_coefficients(schedule::Cosine{20})[0];
  const double mean = mean::Epsilon::mean(c, 0.25, mean::Epsilon::x_start(c, 0.25, 0.5), 0.5);
  return -decoder(0.25, mean, -1.5).value / std::log(2.0);
}

struct ConstantNet {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& output) const {
    Kokkos::deep_copy(exec, output, -1.0);
  }
};

}  // namespace

TEST_CASE("the bound at t = 0 is the decoder's, in bits") {
  using loss::Decoded, loss::Kl;
  CHECK(loss_at_zero(Decoded<Kl, decoder::Continuous>{}) ==
        doctest::Approx(decoded_by_hand(decoder::Continuous{})).epsilon(1e-12));
  CHECK(loss_at_zero(Decoded<Kl, decoder::Erf>{}) ==
        doctest::Approx(decoded_by_hand(decoder::Erf{})).epsilon(1e-12));
  CHECK(loss_at_zero(Decoded<Kl, decoder::Erf>{decoder::Erf{16, 0, 1}}) ==
        doctest::Approx(decoded_by_hand(decoder::Erf{16, 0, 1})).epsilon(1e-12));
  CHECK(loss_at_zero(Kl{}) == loss_at_zero(Decoded<Kl, decoder::Tanh>{}));
}

TEST_CASE("a decoded loss keeps its parts, scale and weight, inside and outside another one") {
  using Inside = loss::MinSnr<loss::Decoded<loss::RescaledMse, decoder::Erf>>;
  using Outside = loss::Decoded<loss::MinSnr<loss::RescaledMse>, decoder::Erf>;
  static_assert(Loss<Inside> && Loss<Outside> && Inside::uses_mse && Outside::uses_mse,
                "wrappers compose");
  static_assert(!loss::Decoded<loss::Kl, decoder::Erf>::uses_mse, "of the inner loss");
  CHECK(Inside{}.bound_scale(100) == 0.1);
  CHECK(Outside{}.bound_scale(100) == 0.1);
  CHECK(loss_at_zero(Inside{}) == doctest::Approx(loss_at_zero(Outside{})));
  CHECK(loss_at_zero(Inside{}) != loss_at_zero(loss::MinSnr<loss::RescaledMse>{}));
}

TEST_CASE("a process is scored with its loss's decoder unless the settings name another") {
  const Tensor<double, 2, Exec> x("x", 2, 3);
  const auto score = [&](const auto& process, const auto& settings) {
    const auto bits = bits_per_dim(Exec{}, process, ConstantNet{}, NoiseStream{}, x, settings);
    Exec{}.fence();
    return golden::values(bits.vb);
  };
  using Density = loss::Decoded<loss::Kl, decoder::Continuous>;
  const P<Density> density{schedule::Cosine{5}};
  const P<loss::Kl> usual{schedule::Cosine{5}};
  const LikelihoodSettings<> own;
  const LikelihoodSettings<denoised::Clip, decoder::Continuous> named;
  CHECK(score(density, own) == score(usual, named));
  CHECK(score(density, own)[0] != score(usual, own)[0]);
  CHECK(score(density, own)[1] == score(usual, own)[1]);
}

TEST_CASE("data outside the decoder's range is NaN at t = 0, or clamped where that is asked for") {
  const P<loss::Kl> process{schedule::Cosine{5}};
  const Tensor<double, 2, Exec> x("x", 2, 3);
  Kokkos::deep_copy(x, 128.0);  // images that were not mapped to [-1, 1]
  if constexpr (!checks_values) {
    const auto bits = bits_per_dim(Exec{}, process, ConstantNet{}, NoiseStream{}, x);
    Exec{}.fence();
    CHECK(std::isnan(golden::values(bits.total)[1]));
  }
  const LikelihoodSettings<denoised::Clip, decoder::Tanh> clamped{
      {}, decoder::Tanh{256, -1, 1, decoder::OutOfRange::nearest}};
  const auto edge = bits_per_dim(Exec{}, process, ConstantNet{}, NoiseStream{}, x, clamped);
  Exec{}.fence();
  CHECK(std::isfinite(golden::values(edge.total)[1]));
}
