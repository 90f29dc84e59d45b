// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The role of a denoiser and the wrappers around one. The network itself is in <iddpm/nn.hpp>.

#include <iddpm/denoiser/concatenated.hpp>
#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/denoiser/guidance/classifier.hpp>
#include <iddpm/denoiser/guidance/classifier_free.hpp>
#include <iddpm/denoiser/guidance/classifier_free_doubled.hpp>
#include <iddpm/denoiser/guidance/options.hpp>
