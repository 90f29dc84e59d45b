// SPDX-License-Identifier: MIT
// Inpainting: the lower halves of digits that the network never saw are made anew. Writes
// inpainting.png: the digits, what is known of them, and what becomes of it without and with
// RePaint's jumps.
#include "support/digits.hpp"

#include <cstdlib>

using digits::Exec, digits::Images;

namespace {

struct UpperHalf {
  Images mask;

  KOKKOS_FUNCTION void operator()(std::size_t i) const {
    mask.data()[i] = i % 256 < 128 ? 1.0f : 0.0f;
  }
};

struct Hide {
  Images x, mask, to;

  KOKKOS_FUNCTION void operator()(std::size_t i) const {
    to.data()[i] = mask.data()[i] > 0 ? x.data()[i] : 0.0f;
  }
};

}  // namespace

int main(int argc, char** argv) try {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  const auto net = digits::trained_net(exec, argc > 1 ? std::atoi(argv[1]) : 6000);
  const auto process = digits::process();
  constexpr std::size_t count = 20;
  const Images picture("picture", 4 * count, 1, 16, 16), mask("mask", count, 1, 16, 16);
  const auto row = [&](std::size_t r) {
    return Images(picture.data() + r * count * 256, count, 1, 16, 16);
  };
  Kokkos::deep_copy(exec, row(0), digits::some(exec, "test", count).images);
  const Kokkos::RangePolicy<Exec> pixels(exec, 0, mask.size());
  Kokkos::parallel_for("mask", pixels, UpperHalf{mask});
  Kokkos::parallel_for("hide", pixels, Hide{row(0), mask, row(1)});

  const iddpm::NoiseStream noise{.seed = 5};
  const iddpm::Inpainting known{mask, row(0), noise};
  const auto times = iddpm::uniform_times(process, 100);
  for (const std::size_t r : {2, 3}) {
    iddpm::fill_normal(exec, noise.initial(), row(r));
    iddpm::sample(exec, process, iddpm::sampler::Ancestral{}, net, noise, row(r), known,
                  {.times = r == 2 ? times : iddpm::repaint_times(times, 10, 5)});
  }
  iddpm::io::PngOptions grid;
  grid.columns = count, grid.scale = 3;
  iddpm::io::write_png_grid(exec, picture, "inpainting.png", grid);
  std::printf("inpainting.png: digits, known halves, completed, completed with jumps\n");
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
