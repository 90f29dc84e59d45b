// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/parametrization/denoised/binding.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/parametrization/denoised/dynamic_threshold.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/parametrization/denoised/then.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/parametrization/variance/fixed_large.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/parametrization/variance/learned.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
