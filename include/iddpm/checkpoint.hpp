// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Training runs, and networks' weights, as files (.safetensors). Link iddpm::checkpoint.

#include <iddpm/io/safetensors.hpp>
#include <iddpm/io/safetensors_header.hpp>
#include <iddpm/training/checkpoint.hpp>
