// SPDX-License-Identifier: MIT
#pragma once

#if !__has_include(<xtensor/xarray.hpp>) && !__has_include(<xtensor/containers/xarray.hpp>)
#error "iddpm/io.hpp needs xtensor: link iddpm::io, or name its folder"
#elif !__has_include(<stb_image_write.h>)
#error "iddpm/io.hpp needs stb_image_write.h: link iddpm::io, or name its folder"
#endif

/// \file
/// Files: arrays (.npy) and pictures (.png), written whole or not at all.

#include <iddpm/io/atomic_file.hpp>
#include <iddpm/io/npy.hpp>
#include <iddpm/io/npy_header.hpp>
#include <iddpm/io/png.hpp>
#include <iddpm/io/row_log.hpp>
