// SPDX-License-Identifier: MIT
#pragma once

#if !__has_include(<nlohmann/json.hpp>)
#error "iddpm/checkpoint.hpp needs nlohmann_json: link iddpm::checkpoint, or name its folder"
#endif

/// \file
/// Training runs, and networks' weights, as files (.safetensors). Link iddpm::checkpoint.

#include <iddpm/io/safetensors.hpp>
#include <iddpm/io/safetensors_header.hpp>
#include <iddpm/training/checkpoint.hpp>
