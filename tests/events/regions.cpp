// SPDX-License-Identifier: MIT
// The regions by which a profile is read: every loop is one, and in it every call of a network.
#include "setup.hpp"
#include <iddpm/denoiser/guidance/classifier_free.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/likelihood/reconstruct.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/training/trainer.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace iddpm;
using namespace test;

namespace {

const std::string call = "iddpm::denoiser::call_denoiser { ", network = call + "denoiser } ",
                  begun = "iddpm::sampler::sample { iddpm::process::timesteps ";

struct Fails {
  template <class X, class T, class Output>
  void operator()(const Exec&, const X&, const T&, const Output&) const {
    throw std::runtime_error("out of order");
  }
};

/// Two parameters and two launches a step, and so short to read.
struct TwoLaunches {
  Tensor<float, 1, Exec> weights{"weights", 2};
  [[nodiscard]] const Tensor<float, 1, Exec>& parameters() const { return weights; }

  template <class X, class T, class Output>
  void forward(const Exec& exec, const X& x, const T& t, const Output& output) const {
    OneLaunch{}(exec, x, t, output);
  }
  template <class Output>
  void backward(const Exec& exec, const Output&, const Tensor<float, 1, Exec>& gradient) const {
    OneLaunch{}(exec, gradient, gradient, gradient);
  }
};

template <class S, class D>
std::string outline_of_sampling(const S& sampler, const D& denoiser) {
  const Fixed process{schedule::Cosine{2}};
  const auto x = images();
  KokkosEvents recorder;
  sample(Exec{}, process, sampler, denoiser, noise, x);
  return recorder.take_outline();
}

}  // namespace

TEST_CASE("a sampling run is a region, and so is every call of the network in it") {
  const std::string step = network + "iddpm::sampler::p_sample ";
  CHECK(outline_of_sampling(sampler::Ancestral{}, OneLaunch{}) == begun + step + step + "} ");
  const std::string stage = network + "iddpm::sampler::stage ";
  CHECK(outline_of_sampling(sampler::DpmSolverPlusPlus{}, OneLaunch{}) ==
        begun + stage + stage + "} ");
}

TEST_CASE("a denoiser inside another is a region inside its region") {
  const guidance::ClassifierFree guided{OneLaunch{}, OneLaunch{}, {.scale = 3}};
  const std::string step =
      call + network + network + "iddpm::denoiser::guidance } iddpm::sampler::p_sample ";
  CHECK(outline_of_sampling(sampler::Ancestral{}, guided) == begun + step + step + "} ");
}

TEST_CASE("a region that an exception leaves is ended") {
  const Fixed process{schedule::Cosine{2}};
  const auto x = images();
  KokkosEvents recorder;
  CHECK_THROWS_AS(sample(Exec{}, process, sampler::Ancestral{}, Fails{}, noise, x),
                  std::runtime_error);
  CHECK(recorder.take_outline() == begun + call + "} } ");
}

TEST_CASE("so are a score, a reconstruction and a step of training") {
  const Fixed process{schedule::Cosine{1}};
  const auto x = images();
  KokkosEvents recorder;
  const auto score = bits_per_dim(Exec{}, process, OneLaunch{}, noise, x);
  CHECK(recorder.take_outline() ==
        "iddpm::likelihood::bits_per_dim { iddpm::process::timesteps "
        "iddpm::likelihood::prior_bpd iddpm::process::q_sample " +
            network + "iddpm::likelihood::bits_per_dim iddpm::likelihood::total } ");
  reconstruct(Exec{}, process, OneLaunch{}, noise, x, 0, x);
  CHECK(recorder.take_outline() ==
        "iddpm::likelihood::reconstruct { iddpm::process::timesteps iddpm::process::q_sample " +
            network + "iddpm::process::p_mean_variance } ");
  TwoLaunches net;
  Trainer<Fixed, TwoLaunches> trainer(Exec{}, process, net, {}, noise);
  trainer.step(Exec{}, net, x, 1e-3);  // Kokkos may fill what it allocates by kernels
  (void)recorder.take_outline();
  trainer.step(Exec{}, net, x, 1e-3);
  CHECK(recorder.take_outline() ==
        "iddpm::training::step { iddpm::timestep::uniform iddpm::process::network_timesteps "
        "iddpm::process::q_sample iddpm::training::forward { denoiser } "
        "iddpm::loss::training_losses iddpm::training::backward { denoiser } "
        "iddpm::training::clip_gradient_squares iddpm::training::clip_gradient_norm "
        "iddpm::training::skip_non_finite iddpm::training::adamw_count "
        "iddpm::training::adamw_step iddpm::training::ema_update } ");
}
