// SPDX-License-Identifier: MIT
#pragma once

#include "support/golden.hpp"
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/training/trainer.hpp>

#include <cstdint>
#include <utility>
#include <vector>

/// \file
/// A small training that the tests of this room run.

namespace training {

using namespace iddpm;
using golden::Exec;
using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange,
                            loss::RescaledMse, Exec>;
using Net = Mlp<float, Exec>;
using Images = Tensor<float, 3, Exec>;

inline MlpOptions small_network() {
  MlpOptions options;
  options.data_size = 4;
  options.output_size = 8;
  options.width = 16;
  options.blocks = 1;
  options.time_features = 8;
  options.embedding = 8;
  return options;
}

/// A training that can be run, looked at and run again.
template <class Sampler = timestep::Uniform>
struct Run {
  explicit Run(int num_timesteps = 100, Sampler sampler = {},
               NonFinite non_finite = NonFinite::skip, std::uint64_t seed = 5)
      : process(schedule::Cosine{num_timesteps}),
        trainer(Exec{}, process, net, settings(non_finite), {.seed = seed}, std::move(sampler)) {}

  P process;
  Net net{Exec{}, small_network(), 3};
  Trainer<P, Net, float, Sampler> trainer;
  Images images{"images", 64, 1, 4};

  static TrainerSettings settings(NonFinite non_finite) {
    TrainerSettings settings;
    settings.non_finite = non_finite;
    settings.clip_norm = 1;
    settings.ema_rates = {0.9, 0.5};
    return settings;
  }

  double steps(int count) {
    double sum = 0;
    for (int i = 0; i < count; ++i) {
      trainer.step(Exec{}, net, images, 2e-3);
      Exec{}.fence();
      for (const double loss : golden::values(trainer.losses().loss)) sum += loss / 64;
    }
    return sum / count;
  }
};

/// Uniform timesteps of one weight: a sampler as a user writes one.
struct Weighing {
  float weight = 1;

  template <class T, class Weight>
  void operator()(const Exec& exec, int num_timesteps, const Draw& draw, const T& t,
                  const Weight& weights) const {
    timestep::Uniform{}(exec, num_timesteps, draw, t, weights);
    Kokkos::deep_copy(exec, weights, weight);
  }
};

}  // namespace training
