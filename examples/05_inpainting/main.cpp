// SPDX-License-Identifier: MIT
// Inpainting: the lower halves of digits that the network never saw are made anew. Writes
// inpainting.png: the digits, what is known of them, and what becomes of it without and with
// RePaint's jumps.
// Prints:
//   wrote inpainting.png
#include "support/digits.hpp"

using digits::Exec, digits::Images;

int main(int argc, char** argv) {
  return digits::run(argc, argv, [](const Exec& exec, const digits::Net& net) {
    const digits::Picture picture(4, 20);
    const digits::Labels labels("labels", 20);
    const Images digits = picture.row(0), known = picture.row(1), mask("mask", 20, 1, 16, 16);
    Kokkos::deep_copy(exec, digits, glyphs::spread(exec, digits::read(exec, "test"), labels));
    Kokkos::parallel_for(
        "halves", Kokkos::RangePolicy<Exec>(exec, 0, mask.size()), KOKKOS_LAMBDA(std::size_t i) {
          const bool is_upper = i % 256 < 128;
          mask.data()[i] = is_upper ? 1.0f : 0.0f;
          known.data()[i] = is_upper ? digits.data()[i] : 0.0f;
        });
    const auto process = digits::process();
    const auto times = iddpm::uniform_times(process, 100);
    const iddpm::NoiseStream noise{.seed = 5};
    for (const bool jumps : {false, true}) {
      const Images x = picture.row(jumps ? 3 : 2);
      iddpm::fill_normal(exec, noise.initial(), x);
      iddpm::sample(exec, process, iddpm::sampler::Ancestral{}, net, noise, x,
                    iddpm::Inpainting{mask, known, noise},
                    {.times = jumps ? iddpm::repaint_times(times, 10, 5) : times});
    }
    picture.write(exec, "inpainting.png");
  });
}
