// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/schedule/coefficients.hpp>
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/device_coefficients.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/respaced.hpp>
