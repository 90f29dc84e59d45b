// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/likelihood/prior.hpp>
#include <iddpm/likelihood/reconstruct.hpp>
