// SPDX-License-Identifier: MIT
// Classifier-free guidance: digits by label, from one network with labels and without. Writes
// unguided.png and guidance.png, ten of each digit, one digit per row.
// Prints:
//   wrote unguided.png
//   wrote guidance.png
#include "support/digits.hpp"

using digits::Exec;

int main(int argc, char** argv) {
  return digits::run(argc, argv, [](const Exec& exec, const digits::Net& net) {
    const digits::Labels labels("labels", 100);
    Kokkos::parallel_for(
        "labels", Kokkos::RangePolicy<Exec>(exec, 0, 100),
        KOKKOS_LAMBDA(int b) { labels(b) = b / 10; });
    const auto process = digits::process();
    const iddpm::NoiseStream noise{.seed = 3};
    for (const double scale : {1.0, 3.0}) {
      const iddpm::guidance::ClassifierFree guided(net.with_labels(labels), net, {.scale = scale});
      const digits::Picture picture(10, 10);
      const digits::Images x = picture.all();
      iddpm::fill_normal(exec, noise.initial(), x);
      iddpm::sample(exec, process, iddpm::sampler::DpmSolverPlusPlus{}, guided, noise, x, {},
                    {.times = iddpm::log_snr_times(process, 25)});
      picture.write(exec, scale == 1 ? "unguided.png" : "guidance.png");
    }
  });
}
