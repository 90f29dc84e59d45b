// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/training/trainer.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

/// \file
/// What a program does on one execution space instance, with objects that all instances share.

namespace test {

using Exec = Kokkos::DefaultExecutionSpace;
using Images = iddpm::Tensor<float, 4, Exec>;
using Numbers = iddpm::Tensor<float, 1, Exec>;
using Diffusion =
    iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                             iddpm::variance::LearnedRange, iddpm::loss::RescaledMse, Exec>;

/// Several blocks of a sum, the last one not full.
constexpr std::size_t samples = 5, channels = 3, side = 20, size = channels * side * side;

/// Instances that run side by side. OpenMP's partition_space has them only where regions nest, so
/// there they are made with a number of threads each.
inline std::vector<Exec> instances(std::size_t count, [[maybe_unused]] int threads = 1) {
#ifdef KOKKOS_ENABLE_OPENMP
  if constexpr (std::is_same_v<Exec, Kokkos::OpenMP>) {
    std::vector<Kokkos::OpenMP> made;
    for (std::size_t i = 0; i < count; ++i) made.emplace_back(threads);
    return made;
  } else
#endif
    return Kokkos::Experimental::partition_space(Exec{}, std::vector<int>(count, 1));
}

/// Can kernels be launched by several host threads? Kokkos' Threads and HPX forbid it.
inline bool several_host_threads() {
  const std::string name = Exec::name();
  return name != "Threads" && name != "HPX";
}

inline Images images(const Exec& exec, const std::string& label, std::size_t channel_factor = 1) {
  return Images(Kokkos::view_alloc(exec, label), samples, channel_factor * channels, side, side);
}

/// The numbers of a View that exec has written, behind those of others.
template <class V>
void append(const Exec& exec, const V& view, std::vector<double>& to) {
  exec.fence();
  const auto host =
      Kokkos::create_mirror_view(Kokkos::view_alloc(Kokkos::WithoutInitializing), view);
  Kokkos::deep_copy(exec, host, view);
  exec.fence();
  for (std::size_t i = 0; i < host.size(); ++i) to.push_back(static_cast<double>(host.data()[i]));
}

template <class X, class T, class Output>
struct SmoothNetKernel {
  X x;
  T t;
  Output out;
  std::size_t inputs, outputs;
  float gain;

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    const std::size_t sample = index / outputs, e = index % outputs;
    const float in = x.data()[sample * inputs + e % inputs];
    out.data()[index] = gain * in / (1 + in * in) + 0.01f * t(sample);
  }
};

/// A denoiser without any state: gain x / (1 + x^2) + t / 100, in both parts of the output.
struct SmoothNet {
  float gain = 1;

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& t, const Output& out) const {
    Kokkos::parallel_for(
        "smooth_net",
        Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, out.size()),
        SmoothNetKernel<X, T, Output>{x, t, out, x.size() / x.extent(0), out.size() / out.extent(0),
                                      gain});
  }
};

/// One of each, for everybody.
struct Shared {
  Diffusion diffusion{iddpm::schedule::Cosine{6}};
  SmoothNet denoiser{};
  iddpm::sampler::Ancestral<> ancestral{};
  iddpm::sampler::Ddim<iddpm::denoised::DynamicThreshold> ddim{0.5,
                                                               iddpm::denoised::DynamicThreshold{}};
  iddpm::sampler::DpmSolverPlusPlus<> solver{};
};

inline iddpm::MlpOptions mlp_options() {
  iddpm::MlpOptions options;
  options.data_size = size;
  options.output_size = 2 * options.data_size;
  options.width = 16;
  options.blocks = 1;
  return options;
}

/// Samples, noises, scores and trains on exec; returns everything that came out.
inline std::vector<double> work(const Exec& exec, const Shared& shared, std::uint64_t seed) {
  using namespace iddpm;
  const auto& diffusion = shared.diffusion;
  const NoiseStream noise{.seed = seed};
  const auto x = images(exec, "x"), x_t = images(exec, "x_t"), output = images(exec, "output", 2);
  std::vector<double> all;
  const auto sampled = [&](const auto& sampler) {
    fill_normal(exec, noise.initial(), x);
    sample(exec, diffusion, sampler, shared.denoiser, noise, x);
    append(exec, x, all);
  };
  sampled(shared.ancestral);
  sampled(shared.ddim);
  sampled(shared.solver);
  q_sample(exec, diffusion, x, 3, noise.user(0), x_t);
  append(exec, x_t, all);
  const auto per_sample = [&] { return Numbers(Kokkos::view_alloc(exec, "sums"), samples); };
  const TrainingLosses<Numbers> losses{per_sample(), per_sample(), per_sample()};
  shared.denoiser(exec, x_t, losses.loss, output);
  training_losses(exec, diffusion, x, x_t, 3, noise.user(0), output, 1.0f, losses, output);
  append(exec, losses.loss, all);
  append(exec, output, all);
  append(exec, bits_per_dim(exec, diffusion, shared.denoiser, noise, x).total, all);

  Mlp<float, Exec> net(exec, mlp_options(), seed);
  Trainer<Diffusion, Mlp<float, Exec>> trainer(exec, diffusion, net, {}, noise);
  for (int step = 0; step < 2; ++step) trainer.step(exec, net, x, 1e-3);
  append(exec, trainer.losses().loss, all);
  append(exec, net.parameters(), all);
  return all;
}

}  // namespace test
