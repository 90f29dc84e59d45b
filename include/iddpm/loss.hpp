// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/loss/concepts.hpp>
#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
