// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/timestep/concepts.hpp>
#include <iddpm/timestep/loss_second_moment.hpp>
#include <iddpm/timestep/uniform.hpp>
