// SPDX-License-Identifier: MIT
#pragma once

#if !__has_include(<Eigen/Core>)
#error "iddpm/nn.hpp needs Eigen: link iddpm::nn, or name its folder"
#endif

/// \file
/// Networks: what needs Eigen. Link iddpm::nn.

#include <iddpm/denoiser/mlp.hpp>
