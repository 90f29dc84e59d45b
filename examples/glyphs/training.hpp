// SPDX-License-Identifier: MIT
#pragma once

#include "data.hpp"
#include "interrupt.hpp"
#include "options.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "sampling.hpp"
#include <iddpm/checkpoint.hpp>
#include <iddpm/nn.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

/// \file
/// Training: for a time or a number of steps, watched, and kept in checkpoints.

namespace glyphs {

using Net = iddpm::Mlp<float, Exec>;
using Trainer = iddpm::Trainer<Process, Net>;
using Monitor = iddpm::Monitor<Exec>;
using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What the report draws of a monitor's rows.
inline std::vector<TrainingStep> training_steps(const Monitor& monitor) {
  const auto column = [&](const char* name) { return monitor.column(name); };
  const auto step = column("step"), seconds = column("seconds"), loss = column("loss"),
             mse = column("mse"), vb = column("vb"), norm = column("gradient_norm"),
             rate = column("learning_rate");
  const std::vector<double> quarter[] = {column("loss_quarter_1"), column("loss_quarter_2"),
                                         column("loss_quarter_3"), column("loss_quarter_4")};
  std::vector<TrainingStep> steps;
  for (std::size_t r = 0; r < step.size(); ++r)
    steps.push_back({static_cast<int>(step[r]),
                     seconds[r],
                     loss[r],
                     mse[r],
                     vb[r],
                     norm[r],
                     rate[r],
                     {quarter[0][r], quarter[1][r], quarter[2][r], quarter[3][r]}});
  return steps;
}

/// What the average of the weights makes of images held out: every fifth row their reconstructions,
/// every 25th the bound.
inline void watch_quality(Monitor& monitor, const Exec& exec, const Process& process,
                          const Net& net, const iddpm::NoiseStream& noise, const Levels& held_out) {
  const int last = process.num_timesteps() - 1;
  std::vector<int> timesteps = {last / 10, last / 3, 2 * last / 3};
  timesteps.erase(std::unique(timesteps.begin(), timesteps.end()), timesteps.end());
  const std::size_t count = std::min<std::size_t>(64, held_out.extent(0));
  iddpm::measure_reconstructions(monitor, exec, process, net, noise, take(exec, held_out, 0, count),
                                 timesteps, 5);
  iddpm::measure_bits_per_dim(monitor, exec,
                              process.respaced(std::to_string(std::min(25, last + 1))), net, noise,
                              take(exec, held_out, 0, (count + 1) / 2), 25);
}

/// Their curves.
inline std::vector<Plot> quality_plots(const Monitor& monitor) {
  const auto step = monitor.column("step");
  std::vector<Plot> plots = {
      {"PSNR of reconstructions",
       "Of x_0 predicted from x_t, images held out; average weights.",
       "step",
       "dB",
       {},
       YScale::linear},
      {"SSIM of reconstructions", "1 is the image itself.", "step", "SSIM", {}, YScale::linear},
      {"Bits per dimension",
       "A quick look: 32 images held out, 25 timesteps.",
       "step",
       "bits/dim",
       {}}};
  for (const std::string& name : monitor.columns()) {
    const bool is[] = {name.starts_with("psnr_t"), name.starts_with("ssim_t"),
                       name == "bits_per_dim"};
    const auto values = monitor.column(name);
    std::vector<Point> points;
    for (std::size_t r = 0; r < step.size(); ++r)
      if (std::isfinite(values[r])) points.push_back({step[r], values[r]});
    for (std::size_t plot = 0; plot < 3; ++plot)
      if (is[plot]) {
        std::string label, style = "c";  // + of short strings: g++ 12 warns of what it inlines
        if (plot != 2) label.append("t = ").append(name, 6);
        style += std::to_string(plots[plot].curves.size());
        plots[plot].curves.push_back({label, style, points});
      }
  }
  return plots;
}

/// Trains until the time or the steps are over, those before a resumed run counted, or until the
/// user asks to stop. The last step is in a checkpoint; a run that made none leaves the one that is
/// there.
inline void train(const Exec& exec, const Options& options, const Levels& levels, Net& net,
                  Trainer& trainer, Monitor& monitor) {
  Progress progress("train");
  const Images images("glyphs::batch", static_cast<std::size_t>(options.batch), levels.extent(1),
                      levels.extent(2), levels.extent(3));
  const iddpm::WarmupLinearDecay schedule{.peak = options.learning_rate, .warmup = 0.02};
  const std::uint64_t first = trainer.iteration();
  if (first > 0) monitor.start();  // there may be no step left
  const double before = monitor.seconds();
  const auto checkpoint = options.out / "checkpoint.safetensors";
  const auto start = Clock::now();
  double elapsed = 0, learning_rate = 0;
  const auto save = [&] {
    iddpm::CheckpointNotes notes;  // a run of so many steps is the same file every time
    if (!options.steps) notes["glyphs.seconds"] = std::to_string(before + elapsed);
    iddpm::save_checkpoint(exec, trainer, net, checkpoint, notes);
  };
  const auto state = [&] {
    const auto steps = static_cast<double>(trainer.iteration() - first);
    char text[96];
    std::snprintf(text, sizeof text, "step %llu, %.1f steps/s, loss %.4f",
                  static_cast<unsigned long long>(trainer.iteration()),
                  steps / std::max(seconds_since(start), 1e-9), monitor.last("loss_smoothed"));
    return std::string(text);
  };
  while (!interrupted) {
    elapsed = seconds_since(start);
    const std::uint64_t step = trainer.iteration();
    const double done = options.steps ? static_cast<double>(step) / std::max(*options.steps, 1)
                                      : (before + elapsed) / options.seconds;
    if (done >= 1 || options.steps == 0) break;
    learning_rate = schedule(done);
    draw_batch(exec, levels, trainer.noise().data_order(step), images);
    trainer.step(exec, net, images, learning_rate);
    monitor.step(exec, trainer, learning_rate);
    if (trainer.iteration() % static_cast<std::uint64_t>(options.checkpoint_every) == 0) save();
    progress.update(done, state());
  }
  exec.fence();
  elapsed = seconds_since(start);
  monitor.finish(exec, trainer, learning_rate);
  std::error_code absent;
  const bool is_there = first == 0
                            ? std::filesystem::exists(checkpoint, absent)
                            : std::filesystem::equivalent(checkpoint, options.resume, absent);
  if (trainer.iteration() > first || !is_there) save();
  progress.finish(state());
}

}  // namespace glyphs
