// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/random/fill_normal.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>
#include <iddpm/random/noise_stream.hpp>
#include <iddpm/random/normal.hpp>
#include <iddpm/random/philox.hpp>
#include <iddpm/random/uniform.hpp>
