// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/ddim.hpp>
#include <iddpm/sampler/ddim_inverse.hpp>
#include <iddpm/sampler/ddim_reverse.hpp>
#include <iddpm/sampler/dpm_solver.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/edm.hpp>
#include <iddpm/sampler/euler_ancestral.hpp>
#include <iddpm/sampler/guided_ancestral.hpp>
#include <iddpm/sampler/inpainting.hpp>
#include <iddpm/sampler/keep_x_start.hpp>
#include <iddpm/sampler/lcm.hpp>
#include <iddpm/sampler/observer.hpp>
#include <iddpm/sampler/path.hpp>
#include <iddpm/sampler/plms.hpp>
#include <iddpm/sampler/progressive.hpp>
#include <iddpm/sampler/run_options.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/sampler/stage.hpp>
#include <iddpm/sampler/unipc.hpp>
