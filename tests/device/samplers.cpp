// SPDX-License-Identifier: MIT
// Every sampler, with noise that is drawn and noise that is held, and every processing of x_0.
#include "device.hpp"

#include <vector>

namespace device {

using namespace iddpm;

// A processing of x_0 as a user writes one.
struct Halved {
  template <Real R>
  KOKKOS_FUNCTION R operator()(R x) const {
    return x / R(2);
  }
};

namespace {

// Held noise, one View for every step.
template <class V>
struct HeldNoise {
  V view;
  [[nodiscard]] V sampler(std::uint32_t) const { return view; }
  [[nodiscard]] V renoising(std::uint32_t) const { return view; }
};

template <class P, class S, class V>
void run(const P& process, const S& sampler, const Arguments<V>& a) {
  sample(a.exec, process, sampler, Denoiser{}, NoiseStream{}, a.x);
}

template <class P, class V>
void every_sampler(const P& process, const Arguments<V>& a) {
  run(process, sampler::Ancestral{}, a);
  run(process, sampler::Ddim{0.5}, a);
  run(process, sampler::DdimReverse{}, a);
  run(process, sampler::GuidedAncestral{Denoiser{}, 2}, a);
  run(process, sampler::DpmSolverPlusPlus{}, a);
  run(process, sampler::SdeDpmSolverPlusPlus{}, a);
  run(process, sampler::UniPc{}, a);
  run(process, sampler::DpmSolver2{}, a);
  run(process, sampler::DpmSolver3{}, a);
  run(process, sampler::Euler{}, a);
  run(process, sampler::Heun{Churn{.amount = 5}}, a);
  run(process, sampler::EulerAncestral{}, a);
  run(process, sampler::Plms{}, a);
  run(process, sampler::Lcm{}, a);
  run(process, sampler::DdimInverse{}, a);
  run(process, sampler::DdimInverseFixedPoint{}, a);
}

// One sampler of each kind: a step of one call, a solver with a history, one with noise.
template <class P, class V, class D>
void processed(const P& process, const Arguments<V>& a, const D& denoised) {
  run(process, sampler::Ancestral{denoised}, a);
  run(process, sampler::UniPc{2, denoised}, a);
  p_mean_variance(a.exec, process, a.x, a.t, a.output, denoised, a.x, a.y, a.z, a.w);
  (void)bits_per_dim(a.exec, process, Denoiser{}, NoiseStream{}, a.x,
                     LikelihoodSettings<D, decoder::Erf>{denoised, decoder::Erf{}});
  reconstruct(a.exec, process, Denoiser{}, NoiseStream{}, a.x, 3, a.y, denoised);
}

}  // namespace

void samplers(const Arguments<Tensor<float, 4, Exec>>& a) {
  every_sampler(Process<mean::Epsilon, variance::LearnedRange>{schedule::Cosine{1000}}, a);
  const Process<mean::StartX> start_x{schedule::Cosine{1000}};
  every_sampler(start_x, a);
  processed(start_x, a, denoised::Identity{});
  processed(start_x, a, denoised::DynamicThreshold{});
  processed(start_x, a, denoised::Then{Halved{}, denoised::Clip{}});
  processed(start_x, a, Halved{});
}

// The other mean types by the solver that needs most.
void mean_types(const Arguments<Tensor<float, 4, Exec>>& a) {
  run(Process<mean::Velocity>{schedule::Cosine{1000}}, sampler::UniPc{}, a);
  run(Process<mean::PreviousX, variance::Learned>{schedule::Cosine{1000}}, sampler::UniPc{}, a);
}

void noise_sources(const Arguments<Tensor<float, 4, Exec>>& a) {
  const Process<mean::Epsilon> process{schedule::Cosine{1000}};
  const HeldNoise<Tensor<float, 4, Exec>> noise{a.z};
  sample(a.exec, process, sampler::Ancestral{}, Denoiser{}, noise, a.x);
  sample(a.exec, process, sampler::Ddim{1}, Denoiser{}, noise, a.x);
  sample(a.exec, process, sampler::SdeDpmSolverPlusPlus{}, Denoiser{}, noise, a.x);
  const Inpainting known{a.y, a.z, NoiseStream{}};
  const KeepXStart kept{a.w};
  sample(a.exec, process, sampler::Ancestral{}, Denoiser{}, NoiseStream{}, a.x,
         Observers{known, kept},
         {.times = repaint_times(uniform_times(process, 100), 10, 5),
          .starts = std::vector<double>(a.x.extent(0), 500.0)});
}

}  // namespace device
