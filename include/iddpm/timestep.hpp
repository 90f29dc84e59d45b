// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/timestep/concepts.hpp>
#include <iddpm/timestep/uniform.hpp>
