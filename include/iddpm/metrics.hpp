// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Figures of merit of generated sets: what needs Eigen on the host. Link iddpm::metrics.

#include <iddpm/metrics/frechet.hpp>
#include <iddpm/metrics/image_quality.hpp>
