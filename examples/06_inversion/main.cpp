// SPDX-License-Identifier: MIT
// DDIM's inversion: digits to noise and back. Writes inversion.png: the digits, their noise, and
// what is decoded after the aligned inverse and after the fixed-point inverse.
// Prints:
//   wrote inversion.png
//   off by at most: aligned inverse ~0.2, fixed point ~1e-05
#include "support/digits.hpp"

using digits::Exec, digits::Images;

namespace {

double off(const Exec& exec, const Images& a, const Images& b) {
  double most = 0;
  Kokkos::parallel_reduce(
      "off", Kokkos::RangePolicy<Exec>(exec, 0, a.size()),
      KOKKOS_LAMBDA(std::size_t i, double& largest) {
        const double d = Kokkos::abs(static_cast<double>(a.data()[i] - b.data()[i]));
        if (d > largest) largest = d;
      },
      Kokkos::Max<double>(most));
  return most;
}

}  // namespace

int main(int argc, char** argv) {
  return digits::run(argc, argv, [](const Exec& exec, const digits::Net& net) {
    const digits::Picture picture(4, 20);
    const digits::Labels labels("labels", 20);
    const Images digits = glyphs::spread(exec, digits::read(exec, "test"), labels);
    const auto process = digits::process().respaced("ddim50");
    const auto run = [&](const auto& sampler, const Images& x) {
      iddpm::sample(exec, process, sampler, net.with_labels(labels), iddpm::NoiseStream{}, x);
    };
    const iddpm::sampler::Ddim decode{0, iddpm::denoised::Identity{}};
    for (const std::size_t r : {0u, 2u, 3u}) Kokkos::deep_copy(exec, picture.row(r), digits);
    run(iddpm::sampler::DdimInverse{}, picture.row(2));
    run(decode, picture.row(2));
    run(iddpm::sampler::DdimInverseFixedPoint{}, picture.row(3));
    Kokkos::deep_copy(exec, picture.row(1), picture.row(3));
    run(decode, picture.row(3));
    picture.write(exec, "inversion.png");
    std::printf("off by at most: aligned inverse %.2g, fixed point %.2g\n",
                off(exec, digits, picture.row(2)), off(exec, digits, picture.row(3)));
  });
}
