// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/alpha_bar.hpp>
#include <iddpm/schedule/coefficients.hpp>
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/device_coefficients.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/named.hpp>
#include <iddpm/schedule/noise_levels.hpp>
#include <iddpm/schedule/respaced.hpp>
#include <iddpm/schedule/scaled_linear.hpp>
#include <iddpm/schedule/sigmoid.hpp>
#include <iddpm/schedule/spacing.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>
