// SPDX-License-Identifier: MIT
// Which sampler, in how many steps? Writes samplers.html: six digits for each, and the Fréchet
// distance (pixels as features) of 500 samples to digits of typefaces held out. The numbers are
// those of one network: another machine trains another one.
// Prints:
//   steps                          5      10      20      50
//   Ancestral                 ~16.20   ~5.89   ~3.59   ~3.20
//   Ddim, eta 0                ~4.26   ~3.10   ~2.92   ~2.91
//   Plms                     ~524.27  ~48.87  ~24.73   ~6.58
//   DpmSolverPlusPlus          ~3.88   ~3.08   ~3.01   ~2.97
//   the same, log-SNR         ~11.43   ~3.13   ~3.00   ~2.92
//   SdeDpmSolverPlusPlus       ~4.61   ~3.63   ~3.24   ~3.27
//   UniPc, order 2             ~4.93   ~3.28   ~3.12   ~3.00
//   UniPc, order 3             ~5.11   ~3.35   ~3.16   ~3.00
//   DpmSolver3 (3 calls)       ~4.89   ~2.95   ~2.94   ~2.92
//   Euler, Karras             ~21.09   ~8.61   ~3.69   ~3.01
//   Heun, Karras (2 calls)    ~52.22   ~6.45   ~3.33   ~2.95
//   the digits trained on: ~1.78
//   wrote samplers.html
#include "support/comparison.hpp"

using digits::Exec;
using namespace iddpm::sampler;

namespace {

const auto even = [](const auto& process, int n) { return iddpm::uniform_times(process, n); };
const auto log_snr = [](const auto& process, int n) { return iddpm::log_snr_times(process, n); };
const auto karras = [](const auto& process, int n) { return iddpm::karras_times(process, n); };

}  // namespace

int main(int argc, char** argv) {
  return digits::run(argc, argv, [&](const Exec& exec, const digits::Net& net) {
    const std::size_t samples = argc > 2 ? std::stoul(argv[2]) : 500;
    const digits::Labels labels("labels", samples);
    Kokkos::parallel_for(
        "labels", Kokkos::RangePolicy<Exec>(exec, 0, samples),
        KOKKOS_LAMBDA(int b) { labels(b) = b % 10; });
    const digits::Net labelled = net.with_labels(labels);
    digits::Comparison table(exec, labelled, samples);
    table.add("Ancestral", Ancestral{}, even);
    table.add("Ddim, eta 0", Ddim{}, even);
    table.add("Plms", Plms{}, even);
    table.add("DpmSolverPlusPlus", DpmSolverPlusPlus{}, even);
    table.add("the same, log-SNR", DpmSolverPlusPlus{}, log_snr);
    table.add("SdeDpmSolverPlusPlus", SdeDpmSolverPlusPlus{}, even);
    table.add("UniPc, order 2", UniPc{2}, even);
    table.add("UniPc, order 3", UniPc{3}, even);
    table.add("DpmSolver3 (3 calls)", DpmSolver3{}, log_snr);
    table.add("Euler, Karras", Euler{}, karras);
    table.add("Heun, Karras (2 calls)", Heun{}, karras);
    table.write("samplers.html");
  });
}
