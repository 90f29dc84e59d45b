// SPDX-License-Identifier: MIT
// DDIM's inversion: pictures to noise and back. Writes inversion.png: digits, their noise, decoded
// after the aligned inverse and after the fixed-point inverse. Prints how far they are off, about
//   aligned inverse: off by at most 0.2; fixed point: off by at most 1e-05
#include "support/digits.hpp"

#include <cstdlib>

using digits::Exec, digits::Images;

namespace {

struct Off {
  Images a, b;

  KOKKOS_FUNCTION void operator()(std::size_t i, double& most) const {
    const double d = static_cast<double>(a.data()[i]) - static_cast<double>(b.data()[i]);
    if (!(Kokkos::abs(d) <= most)) most = Kokkos::abs(d);
  }
};

double off(const Exec& exec, const Images& a, const Images& b) {
  double most = 0;
  Kokkos::parallel_reduce("off", Kokkos::RangePolicy<Exec>(exec, 0, a.size()), Off{a, b},
                          Kokkos::Max<double>(most));
  return most;
}

}  // namespace

int main(int argc, char** argv) try {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  constexpr std::size_t count = 20;
  const auto data = digits::some(exec, "test", count);
  const auto net =
      digits::trained_net(exec, argc > 1 ? std::atoi(argv[1]) : 6000).with_labels(data.labels);
  const auto process = digits::process().respaced("ddim50");
  const Images picture("picture", 4 * count, 1, 16, 16);
  const auto row = [&](std::size_t r) {
    return Images(picture.data() + r * count * 256, count, 1, 16, 16);
  };
  for (const std::size_t r : {0, 1, 2, 3}) Kokkos::deep_copy(exec, row(r), data.images);

  const iddpm::NoiseStream no_noise;
  const auto run = [&](const auto& sampler, const Images& x) {
    iddpm::sample(exec, process, sampler, net, no_noise, x);
  };
  const iddpm::sampler::Ddim decode{0, iddpm::denoised::Identity{}};
  run(iddpm::sampler::DdimInverse{}, row(2));
  run(decode, row(2));
  run(iddpm::sampler::DdimInverseFixedPoint{}, row(3));
  Kokkos::deep_copy(exec, row(1), row(3));
  run(decode, row(3));

  iddpm::io::PngOptions grid;
  grid.columns = count, grid.scale = 3;
  iddpm::io::write_png_grid(exec, picture, "inversion.png", grid);
  std::printf("aligned inverse: off by at most %.2g; fixed point: off by at most %.2g\n",
              off(exec, row(0), row(2)), off(exec, row(0), row(3)));
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
