// SPDX-License-Identifier: MIT
// Classifier-free guidance: digits by label, one network with and without labels. Writes
// guidance.png, ten of each digit in a row, without guidance on the left, with it on the right.
#include "support/digits.hpp"

#include <cstdlib>

using digits::Exec, digits::Images;

namespace {

// What the columns of the picture are: images of `from` in columns first .. first + 9.
struct Place {
  Images from, to;
  std::size_t first;

  KOKKOS_FUNCTION void operator()(std::size_t b) const {
    const std::size_t at = b / 10 * 21 + first + b % 10;
    for (std::size_t i = 0; i < 256; ++i) to.data()[256 * at + i] = from.data()[256 * b + i];
  }
};

}  // namespace

int main(int argc, char** argv) try {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  const auto net = digits::trained_net(exec, argc > 1 ? std::atoi(argv[1]) : 6000);
  const auto labels = digits::labels(100, [](std::size_t b) { return static_cast<int>(b / 10); });
  const auto process = digits::process();
  const iddpm::NoiseStream noise{.seed = 3};
  const Images picture("picture", 210, 1, 16, 16), x("x", 100, 1, 16, 16);
  Kokkos::deep_copy(exec, picture, -1.0f);
  for (const double scale : {1.0, 3.0}) {
    iddpm::guidance::ClassifierFree guided(net.with_labels(labels), net, {.scale = scale});
    iddpm::fill_normal(exec, noise.initial(), x);
    iddpm::sample(exec, process, iddpm::sampler::DpmSolverPlusPlus{}, guided, noise, x, {},
                  {.times = iddpm::log_snr_times(process, 25)});
    Kokkos::parallel_for("place", Kokkos::RangePolicy<Exec>(exec, 0, 100),
                         Place{x, picture, scale > 1 ? std::size_t{11} : std::size_t{0}});
  }
  iddpm::io::PngOptions grid;
  grid.columns = 21, grid.scale = 3;
  iddpm::io::write_png_grid(exec, picture, "guidance.png", grid);
  std::printf("guidance.png: ten of each digit, without guidance and with scale 3\n");
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
