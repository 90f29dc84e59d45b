// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/iddpm.hpp>

/// \file
/// What a program instantiates for one process: a sampling step, and a loss with its gradient.

using Exec = Kokkos::DefaultExecutionSpace;

template <class Process>
void use(const Exec& exec, const Process& process, const iddpm::Tensor<float, 4, Exec>& x,
         const iddpm::Tensor<float, 4, Exec>& output, const iddpm::Tensor<float, 1, Exec>& loss) {
  constexpr iddpm::NoiseStream noise{.seed = 1};
  iddpm::p_sample(exec, process, x, 3, output, noise.sampler(0), x);
  using Column = iddpm::Tensor<float, 1, Exec>;
  iddpm::training_losses(exec, process, x, x, 3, noise.training(0), output, 1.0f,
                         iddpm::TrainingLosses<Column>{loss, Column(), Column()}, output);
}

using One = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                                     iddpm::variance::LearnedRange, iddpm::loss::RescaledMse, Exec>;
using Another = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Velocity,
                                         iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;
