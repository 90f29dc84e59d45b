// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/training/adamw.hpp>
#include <iddpm/training/clip_gradient.hpp>
#include <iddpm/training/ema.hpp>
#include <iddpm/training/learning_rate.hpp>
#include <iddpm/training/monitor.hpp>
#include <iddpm/training/preset.hpp>
#include <iddpm/training/step_statistics.hpp>
#include <iddpm/training/trainer.hpp>
