// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/iddpm.hpp>

/// \file
/// The processes that are measured; each type is instantiated in one source file.

namespace bench {

template <class Exec>
using LearnedVariance =
    iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                             iddpm::variance::LearnedRange, iddpm::loss::RescaledMse, Exec>;

template <class Exec>
using FixedVariance = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                                               iddpm::variance::FixedLarge, iddpm::loss::Mse, Exec>;

template <class Exec>
using TrainedOnBound =
    iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                             iddpm::variance::LearnedRange, iddpm::loss::RescaledKl, Exec>;

inline iddpm::schedule::Cosine schedule() { return iddpm::schedule::Cosine{1000}; }

inline constexpr iddpm::NoiseStream noise{.seed = 42};
inline constexpr int middle_timestep = 500;

}  // namespace bench
