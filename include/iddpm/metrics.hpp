// SPDX-License-Identifier: MIT
#pragma once

#if !__has_include(<Eigen/Core>)
#error "iddpm/metrics.hpp needs Eigen: link iddpm::metrics, or name its folder"
#endif

/// \file
/// Figures of merit of generated sets: what needs Eigen on the host. Link iddpm::metrics.

#include <iddpm/metrics/frechet.hpp>
#include <iddpm/metrics/image_quality.hpp>
