// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Networks: what needs Eigen. Link iddpm::nn.

#include <iddpm/denoiser/mlp.hpp>
