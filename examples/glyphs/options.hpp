// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

/// \file
/// What the user may choose.

namespace glyphs {

struct Options {
  std::filesystem::path data = "examples/glyphs/data";
  std::filesystem::path out = "glyphs";
  double seconds = 130;      ///< of training, unless steps are given
  std::optional<int> steps;  ///< of training
  int batch = 128;
  int width = 512;
  int blocks = 4;
  double learning_rate = 3e-3;
  double clip_norm = 1;
  double ema = 0.995;
  std::uint64_t seed = 0;
  int timesteps = 1000;
  int watch_every = 20;          ///< steps between two rows of training.csv
  int checkpoint_every = 1000;   ///< steps between two checkpoints
  std::filesystem::path resume;  ///< empty: start anew
  bool quick = false;
  int held_out = 750;  ///< images that are scored; fewer with --quick
};

/// The options of a command line; nothing where only help or the version was asked for, which is
/// printed.
/// \throws std::invalid_argument with one sentence for what cannot be used.
[[nodiscard]] std::optional<Options> parse(int argc, char** argv);

}  // namespace glyphs
