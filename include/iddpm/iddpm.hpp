// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Everything that needs Kokkos only. <iddpm/nn.hpp> (Eigen) and <iddpm/io.hpp> (xtensor, stb) are
/// the other two umbrellas.

#include <iddpm/core/tensor.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/variance/fixed_large.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/parametrization/variance/learned.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
#include <iddpm/process/posterior.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/timestep/uniform.hpp>
#include <iddpm/training/learning_rate.hpp>
#include <iddpm/training/trainer.hpp>
#include <iddpm/version.hpp>
