// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Everything that needs Kokkos only. <iddpm/nn.hpp> (the network: Eigen), <iddpm/io.hpp> (files:
/// xtensor, stb) and <iddpm/metrics.hpp> (Eigen) are the other umbrellas; each room has its own:
/// <iddpm/sampler.hpp>.

#include <iddpm/core/tensor.hpp>
#include <iddpm/denoiser.hpp>
#include <iddpm/gaussian.hpp>
#include <iddpm/likelihood.hpp>
#include <iddpm/loss.hpp>
#include <iddpm/math/float16.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process.hpp>
#include <iddpm/random.hpp>
#include <iddpm/sampler.hpp>
#include <iddpm/schedule.hpp>
#include <iddpm/timestep.hpp>
#include <iddpm/training.hpp>
#include <iddpm/version.hpp>
