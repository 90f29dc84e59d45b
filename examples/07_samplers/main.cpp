// SPDX-License-Identifier: MIT
// Which sampler, in how many steps? Writes samplers.png, a row per sampler, six digits each of 5,
// 10, 20 and 50 steps; and prints beside it, after training about two minutes, a table of the
// Fréchet distance (pixels as features) of 500 samples to digits of typefaces held out. Their
// distance to the digits trained on is its floor.
#include "support/digits.hpp"
#include <iddpm/metrics.hpp>

using digits::Exec, digits::Images;
using iddpm::metrics::NormalFit;
using namespace iddpm::sampler;

namespace {

constexpr std::size_t samples = 500, shown = 6;
constexpr int step_counts[] = {5, 10, 20, 50};

struct Comparison {
  const Exec& exec;
  const digits::Net& net;
  NormalFit held_out;
  digits::Picture picture{11, 4 * shown};
  digits::Process process = digits::process();
  std::size_t row = 0;

  template <class S, class Spacing>
  void add(const char* name, const S& sampler, const Spacing& spacing) {
    const iddpm::NoiseStream noise{.seed = 7};
    const digits::Labels labels("labels", samples);
    const Exec& space = exec;
    Kokkos::parallel_for(
        "labels", Kokkos::RangePolicy<Exec>(space, 0, samples),
        KOKKOS_LAMBDA(int b) { labels(b) = b % 10; });
    std::printf("%-24s", name);
    for (std::size_t column = 0; column < 4; ++column) {
      const Images x("x", samples, 1, 16, 16);
      iddpm::fill_normal(exec, noise.initial(), x);
      iddpm::sample(exec, process, sampler, net.with_labels(labels), noise, x, {},
                    {.times = spacing(process, step_counts[column])});
      const std::pair<std::size_t, std::size_t> few(column * shown, (column + 1) * shown);
      Kokkos::deep_copy(exec, digits::some(picture.row(row), few), digits::some(x, {0, shown}));
      std::printf("%8.3f", iddpm::metrics::frechet_distance(NormalFit(exec, x), held_out));
      std::fflush(stdout);
    }
    std::printf("\n");
    ++row;
  }
};

}  // namespace

int main(int argc, char** argv) {
  return digits::run(argc, argv, [](const Exec& exec, const digits::Net& net) {
    const auto pixels = [&](const char* part) {
      const auto all = digits::read(exec, part);
      return NormalFit(exec, glyphs::take(exec, all.levels, 0, all.levels.extent(0)));
    };
    Comparison c{exec, net, pixels("test")};
    std::printf("floor %.3f; steps:%12d%8d%8d%8d\n",
                iddpm::metrics::frechet_distance(pixels("train"), c.held_out), 5, 10, 20, 50);
    const auto even = [](const auto& p, int n) { return iddpm::uniform_times(p, n); };
    const auto log_snr = [](const auto& p, int n) { return iddpm::log_snr_times(p, n); };
    const auto karras = [](const auto& p, int n) { return iddpm::karras_times(p, n); };
    c.add("Ancestral", Ancestral{}, even);
    c.add("Ddim, eta 0", Ddim{}, even);
    c.add("Plms", Plms{}, even);
    c.add("DpmSolverPlusPlus", DpmSolverPlusPlus{}, even);
    c.add("the same, log-SNR", DpmSolverPlusPlus{}, log_snr);
    c.add("SdeDpmSolverPlusPlus", SdeDpmSolverPlusPlus{}, even);
    c.add("UniPc, order 2", UniPc{2}, even);
    c.add("UniPc, order 3", UniPc{3}, even);
    c.add("DpmSolver3 (3 calls)", DpmSolver3{}, log_snr);
    c.add("Euler, Karras", Euler{}, karras);
    c.add("Heun, Karras (2 calls)", Heun{}, karras);
    c.picture.write(exec, "samplers.png");
  });
}
