// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/iddpm.hpp>
#include <iddpm/io.hpp>
#include <iddpm/metrics.hpp>
#if __has_include(<iddpm/nn.hpp>)
#include <iddpm/nn.hpp>
#endif
