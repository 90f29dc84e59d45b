// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/training/trainer.hpp>

/// \file
/// Combinations to begin with. Image is the paper's; the rest is tuning advice in circulation,
/// named here so that it can be tried and compared, not because the paper or this library found it
/// best: the paper trains images only.
///
/// Example: `preset::Image<> process(schedule::Cosine{4000});`

namespace iddpm::preset {

/// L_hybrid with a learned variance and the cosine schedule (there with T = 4000).
/// \see Nichol & Dhariwal 2021, sections 3.1 and 3.2.
template <ExecutionSpace Exec = Kokkos::DefaultExecutionSpace>
using Image = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange,
                                loss::RescaledMse, Exec>;

/// The mse alone with a fixed variance and the cosine schedule: in circulation for audio.
template <ExecutionSpace Exec = Kokkos::DefaultExecutionSpace>
using Audio =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

/// The bound alone with a learned variance and the linear schedule: in circulation for video. The
/// paper found the bound's gradient too noisy with uniform timesteps, and drew them by
/// timestep::LossSecondMoment; its code trains RescaledKl, T times this loss.
/// \see Nichol & Dhariwal 2021, section 3.3.
template <ExecutionSpace Exec = Kokkos::DefaultExecutionSpace>
using Video =
    GaussianDiffusion<schedule::Linear, mean::Epsilon, variance::LearnedRange, loss::Kl, Exec>;

/// Options in circulation. The paper's rate is 1e-4, and its code does not clip gradients.
inline constexpr double learning_rate = 3e-5;
inline constexpr double clip_norm = 1.0;  ///< largest norm of the gradient

/// TrainerSettings with `clip_norm`, else the defaults.
[[nodiscard]] inline TrainerSettings trainer_settings() {
  TrainerSettings settings;
  settings.clip_norm = clip_norm;
  return settings;
}

}  // namespace iddpm::preset
