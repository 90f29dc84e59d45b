// SPDX-License-Identifier: MIT
#pragma once

#include "data.hpp"
#include "interrupt.hpp"
#include "options.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "sampling.hpp"
#include <iddpm/nn.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

/// \file
/// Training: for a time or a number of steps, with a record of every step.

namespace glyphs {

using Net = iddpm::Mlp<float, Exec>;
using Trainer = iddpm::Trainer<Process, Net>;
using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What one step did, read back from its device.
inline TrainingStep read_step(const Trainer& trainer, int num_timesteps) {
  const auto copy = [](const auto& view) {
    return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
  };
  const auto loss = copy(trainer.losses().loss), mse = copy(trainer.losses().mse),
             vb = copy(trainer.losses().vb);
  const auto t = copy(trainer.timesteps());
  TrainingStep step{};
  step.gradient_norm = static_cast<double>(copy(trainer.gradient_norm())());
  std::array<int, 4> counts{};
  const auto n = static_cast<double>(loss.extent(0));
  for (std::size_t b = 0; b < loss.extent(0); ++b) {
    const auto quartile = static_cast<std::size_t>(4 * t(b) / num_timesteps);
    step.loss += static_cast<double>(loss(b)) / n;
    step.mse += static_cast<double>(mse(b)) / n;
    step.vb += static_cast<double>(vb(b)) / n;
    step.quartile_loss.at(quartile) += static_cast<double>(loss(b));
    ++counts.at(quartile);
  }
  for (std::size_t q = 0; q < 4; ++q) step.quartile_loss.at(q) /= counts.at(q);  // NaN where none
  return step;
}

/// Trains until the time or the steps are over, or the user asks to stop.
inline std::vector<TrainingStep> train(const Exec& exec, const Options& options,
                                       const Process& process, const Levels& levels, Net& net,
                                       Trainer& trainer) {
  Progress progress("train");
  std::vector<TrainingStep> record;
  const Images images("glyphs::batch", static_cast<std::size_t>(options.batch), levels.extent(1),
                      levels.extent(2), levels.extent(3));
  const iddpm::NoiseStream noise{.seed = options.seed};
  const iddpm::WarmupLinearDecay schedule{.peak = options.learning_rate, .warmup = 0.02};
  const auto start = Clock::now();
  double smoothed = 0, elapsed = 0;
  for (int step = 0; !interrupted; ++step) {
    elapsed = seconds_since(start);
    const double done = options.steps ? static_cast<double>(step) / std::max(*options.steps, 1)
                                      : elapsed / options.seconds;
    if (done >= 1 || options.steps == 0) break;
    const double learning_rate = schedule(done);
    draw_batch(exec, levels, noise.data_order(static_cast<std::uint64_t>(step)), images);
    trainer.step(exec, net, images, learning_rate);
    exec.fence();
    TrainingStep entry = read_step(trainer, process.num_timesteps());
    entry.step = step;
    entry.seconds = elapsed;
    entry.learning_rate = learning_rate;
    record.push_back(entry);
    smoothed = step == 0 ? entry.loss : smoothed + 0.02 * (entry.loss - smoothed);
    char detail[96];
    std::snprintf(detail, sizeof detail, "step %d, %.1f steps/s, loss %.4f", step + 1,
                  (step + 1) / std::max(seconds_since(start), 1e-9), smoothed);
    progress.update(done, detail);
  }
  char detail[96];
  std::snprintf(detail, sizeof detail, "%zu steps, %.1f steps/s, loss %.4f", record.size(),
                static_cast<double>(record.size()) / std::max(seconds_since(start), 1e-9),
                smoothed);
  progress.finish(detail);
  return record;
}

}  // namespace glyphs
