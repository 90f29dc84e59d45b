// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/adapters/dlpack.hpp>
#include <iddpm/adapters/eigen.hpp>
#include <iddpm/adapters/mdspan.hpp>
#include <iddpm/adapters/span.hpp>
#include <iddpm/adapters/xtensor.hpp>
#include <iddpm/iddpm.hpp>
#include <iddpm/io.hpp>
#include <iddpm/metrics.hpp>
#include <iddpm/nn.hpp>
