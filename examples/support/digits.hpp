// SPDX-License-Identifier: MIT
#pragma once

#include "glyphs.hpp"
#include <iddpm/nn.hpp>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

/// \file
/// What the examples with pictures share: a network that has learned the digits of glyphs/data by
/// their labels, a part of which was withheld. It is trained once, by whichever example is run
/// first, in about two minutes on two cores, and kept in digits_weights.npy.

namespace digits {

using glyphs::Exec, glyphs::Images, glyphs::Labels;
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Velocity,
                                         iddpm::variance::FixedLarge, iddpm::loss::Mse, Exec>;
using Net = iddpm::Mlp<float, Exec>;

inline Process process() { return Process{iddpm::schedule::Cosine{1000}}; }

/// \param part "train", or "test": whole typefaces that are not in "train"
inline glyphs::Glyphs read(const Exec& exec, const std::string& part) {
  return glyphs::read_glyphs(exec, IDDPM_GLYPHS_DATA, part);
}

/// Trains a network; the average of its weights becomes its weights.
inline void train(const Exec& exec, Net& net, int steps) {
  iddpm::TrainerSettings settings;
  settings.clip_norm = 1;
  settings.ema_rates = {0.995};
  settings.label_dropout = 0.15;
  const iddpm::NoiseStream noise{.seed = 0};
  iddpm::Trainer<Process, Net> trainer(exec, process(), net, settings, noise);
  const iddpm::WarmupLinearDecay rate{.peak = 3e-3, .warmup = 0.02};
  const glyphs::Glyphs all = read(exec, "train");
  const Images images = glyphs::images_like(all.levels, 128);
  const Labels labels("digits::labels", 128);
  for (int i = 0; i < steps; ++i) {
    glyphs::draw_batch(exec, all, noise.data_order(static_cast<std::uint64_t>(i)), images, labels);
    trainer.step(exec, net, images, labels, rate(static_cast<double>(i) / steps));
    if (i % 500 != 499) continue;
    exec.fence();
    std::fprintf(stderr, "trained %d of %d steps\n", i + 1, steps);
  }
  Kokkos::deep_copy(exec, net.parameters(), trainer.average());
}

/// The network, from the file if there is one, else trained for so many steps and written there.
inline Net trained_net(const Exec& exec, int steps,
                       const std::filesystem::path& file = "digits_weights.npy") {
  Net net(exec, {.data_size = 256, .output_size = 256, .labels = 10}, 0);
  if (!std::filesystem::exists(file)) {
    train(exec, net, steps);
    iddpm::io::write_npy(exec, net.parameters(), file);
    return net;
  }
  const auto weights = iddpm::io::read_npy<float, 1>(exec, file);
  iddpm::require(weights.extent(0) == net.parameters().extent(0), "digits", file.string(),
                 "hold the weights of this network", iddpm::shape_of(weights));
  return net.with(weights);
}

/// A part of a batch.
inline Images some(const Images& images, const std::pair<std::size_t, std::size_t>& which) {
  return Images(images.data() + which.first * 256, which.second - which.first, 1, 16, 16);
}

/// So many rows of so many images, written as one picture.
class Picture {
 public:
  Picture(std::size_t rows, std::size_t columns)
      : columns_(columns), images_("digits::picture", rows * columns, 1, 16, 16) {}

  /// All images, and one row of them, to be written into.
  [[nodiscard]] const Images& all() const { return images_; }
  [[nodiscard]] Images row(std::size_t index) const {
    return some(images_, {index * columns_, (index + 1) * columns_});
  }

  void write(const Exec& exec, const std::filesystem::path& file) const {
    iddpm::io::PngOptions grid;
    grid.columns = columns_;
    grid.scale = 3;
    iddpm::io::write_png_grid(exec, images_, file, grid);
    std::printf("wrote %s\n", file.string().c_str());
  }

 private:
  std::size_t columns_;
  Images images_;
};

/// Runs a program; an exception's sentence goes to stderr.
template <class Program>
int run(int argc, char** argv, const Program& program) {
  try {
    Kokkos::ScopeGuard kokkos(argc, argv);
    const Exec exec;
    program(exec, trained_net(exec, argc > 1 ? std::stoi(argv[1]) : 6000));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace digits
