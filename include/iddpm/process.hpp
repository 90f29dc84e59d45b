// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/diffusion.hpp>
#include <iddpm/process/extract.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/process/posterior.hpp>
#include <iddpm/process/reverse.hpp>
#include <iddpm/process/times.hpp>
#include <iddpm/process/transition_row.hpp>
#include <iddpm/process/variational_bound.hpp>
