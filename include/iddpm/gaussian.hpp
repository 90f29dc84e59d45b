// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/discretized_log_likelihood.hpp>
#include <iddpm/gaussian/normal_kl.hpp>
