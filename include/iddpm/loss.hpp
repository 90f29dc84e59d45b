// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/loss/concepts.hpp>
#include <iddpm/loss/decoded.hpp>
#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/min_snr.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/p2.hpp>
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
