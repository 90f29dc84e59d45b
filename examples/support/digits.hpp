// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/iddpm.hpp>
#include <iddpm/io.hpp>
#include <iddpm/nn.hpp>

#include <cstdio>
#include <filesystem>
#include <string>

/// \file
/// What the examples with pictures share: the digits of glyphs/data, and a network that has learned
/// them with labels, a part of which was withheld. It is trained once, by whichever example is run
/// first, and kept in digits_weights.npy.

namespace digits {

using Exec = Kokkos::DefaultExecutionSpace;
using Images = iddpm::Tensor<float, 4, Exec>;  // (B, 1, 16, 16), values in [-1, 1]
using Labels = iddpm::Tensor<int, 1, Exec>;    // (B), 0 .. 9; -1: none
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Velocity,
                                         iddpm::variance::FixedLarge, iddpm::loss::Mse, Exec>;
using Net = iddpm::Mlp<float, Exec>;

inline Process process() { return Process{iddpm::schedule::Cosine{1000}}; }

struct Data {
  Images images;
  Labels labels;
};

/// A level as a number in [-1, 1], a digit as an int.
struct Convert {
  iddpm::Tensor<std::uint8_t, 4, Exec> levels;
  iddpm::Tensor<std::uint8_t, 1, Exec> digits;
  Data to;

  KOKKOS_FUNCTION void operator()(std::size_t b) const {
    to.labels(b) = digits(b);
    for (std::size_t i = 0; i < 256; ++i)
      to.images.data()[256 * b + i] =
          static_cast<float>(levels.data()[256 * b + i]) * (1 / 127.5f) - 1.0f;
  }
};

/// \param part "train", or "test": whole typefaces that are not in "train"
inline Data read(const Exec& exec, const std::string& part) {
  const std::filesystem::path folder = IDDPM_GLYPHS_DATA;
  const auto levels = iddpm::io::read_npy<std::uint8_t, 4>(exec, folder / (part + "_images.npy"));
  const auto numbers = iddpm::io::read_npy<std::uint8_t, 1>(exec, folder / (part + "_labels.npy"));
  const Data data{Images("images", levels.layout()), Labels("labels", levels.extent(0))};
  Kokkos::parallel_for("digits::read", Kokkos::RangePolicy<Exec>(exec, 0, levels.extent(0)),
                       Convert{levels, numbers, data});
  exec.fence();
  return data;
}

/// `count` images from all over a part.
inline Data some(const Exec& exec, const std::string& part, std::size_t count) {
  const Data all = read(exec, part);
  const Data few{Images("images", count, 1, 16, 16), Labels("labels", count)};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = i * all.labels.extent(0) / count;
    Kokkos::deep_copy(exec, Kokkos::subview(few.images, i, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL),
                      Kokkos::subview(all.images, from, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL));
    Kokkos::deep_copy(exec, Kokkos::subview(few.labels, i), Kokkos::subview(all.labels, from));
  }
  return few;
}

/// A random batch, with replacement: image floor(r0 N / 2^32) for sample b.
struct DrawBatch {
  Data from, to;
  iddpm::Draw draw;

  KOKKOS_FUNCTION void operator()(std::size_t b) const {
    const auto count = static_cast<std::uint32_t>(from.labels.extent(0));
    const std::size_t image = iddpm::uniform_index(iddpm::words(draw, b, 0)[0], count);
    to.labels(b) = from.labels(image);
    for (std::size_t i = 0; i < 256; ++i)
      to.images.data()[256 * b + i] = from.images.data()[256 * image + i];
  }
};

/// Trains a network; returns the average of its weights.
inline Net train(const Exec& exec, Net net, int steps) {
  iddpm::TrainerSettings settings;
  settings.clip_norm = 1;
  settings.ema_rates = {0.995};
  settings.label_dropout = 0.15;
  const iddpm::NoiseStream noise{.seed = 0};
  iddpm::Trainer<Process, Net> trainer(exec, process(), net, settings, noise);
  const iddpm::WarmupLinearDecay rate{.peak = 3e-3, .warmup = 0.02};
  const Data all = read(exec, "train");
  const Data batch{Images("batch", 128, 1, 16, 16), Labels("labels", 128)};
  for (int i = 0; i < steps; ++i) {
    Kokkos::parallel_for("digits::draw", Kokkos::RangePolicy<Exec>(exec, 0, 128),
                         DrawBatch{all, batch, noise.data_order(static_cast<std::uint64_t>(i))});
    trainer.step(exec, net, batch.images, batch.labels, rate(static_cast<double>(i) / steps));
    if (i % 500 == 499) {
      exec.fence();
      std::printf("trained %d of %d steps\n", i + 1, steps);
      std::fflush(stdout);
    }
  }
  Kokkos::deep_copy(exec, net.parameters(), trainer.average());
  exec.fence();
  return net;
}

/// The network, from the file if there is one, else trained and written there.
inline Net trained_net(const Exec& exec, int steps = 6000,
                       const std::filesystem::path& file = "digits_weights.npy") {
  const Net net(exec, {.data_size = 256, .output_size = 256, .labels = 10}, 0);
  if (!std::filesystem::exists(file)) {
    const Net trained = train(exec, net, steps);
    iddpm::io::write_npy(exec, trained.parameters(), file);
    return trained;
  }
  const auto weights = iddpm::io::read_npy<float, 1>(exec, file);
  iddpm::require(weights.extent(0) == net.parameters().extent(0), "digits", file.string(),
                 "hold the weights of this network", iddpm::shape_of(weights));
  return net.with(weights);
}

/// `value(b)` as the label of sample b.
template <class F>
Labels labels(std::size_t count, const F& value) {
  const Labels view("labels", count);
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t b = 0; b < count; ++b) host(b) = value(b);
  Kokkos::deep_copy(view, host);
  return view;
}

}  // namespace digits
