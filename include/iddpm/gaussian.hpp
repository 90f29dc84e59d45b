// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/gaussian/decoder/levels.hpp>
#include <iddpm/gaussian/decoder/tanh.hpp>
#include <iddpm/gaussian/decoder/tanh_floored.hpp>
#include <iddpm/gaussian/normal_kl.hpp>
#include <iddpm/gaussian/slerp.hpp>
#include <iddpm/gaussian/standard_normal_cdf.hpp>
