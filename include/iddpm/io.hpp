// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Files: arrays (.npy) and pictures (.png), written whole or not at all.

#include <iddpm/io/atomic_file.hpp>
#include <iddpm/io/npy.hpp>
#include <iddpm/io/npy_header.hpp>
#include <iddpm/io/png.hpp>
#include <iddpm/io/row_log.hpp>
