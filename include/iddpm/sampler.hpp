// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/ddim.hpp>
#include <iddpm/sampler/ddim_reverse.hpp>
#include <iddpm/sampler/keep_x_start.hpp>
#include <iddpm/sampler/observer.hpp>
#include <iddpm/sampler/progressive.hpp>
#include <iddpm/sampler/sample.hpp>
