// SPDX-License-Identifier: MIT
// Which sampler, in how many steps? Writes samplers.html: six digits for each, and the Fréchet
// distance (pixels as features) of 500 samples to digits of typefaces held out. After 6000 training
// steps on two cores it was about the following (rows with ... were not kept).
// Prints:
//   steps                          5      10      20      50
//   Ancestral                 ~16.30   ~5.80   ~3.70   ~3.30
//   Ddim, eta 0                ~4.50   ~3.20   ~3.10   ~3.00
//   Plms                     ~353.00  ~70.00  ~22.00   ~5.30
//   DpmSolverPlusPlus          ~4.10   ~3.10   ~3.10   ~3.10
//   the same, log-SNR           ~...    ~...    ~...    ~...
//   SdeDpmSolverPlusPlus       ~4.60   ~3.50   ~3.40   ~3.50
//   UniPc, order 2             ~5.10   ~3.30   ~3.30   ~3.10
//   UniPc, order 3             ~5.20   ~3.30   ~3.20   ~3.10
//   DpmSolver3 (3 calls)       ~5.00   ~3.00   ~3.10   ~3.00
//   Euler, Karras               ~...    ~...    ~...    ~...
//   Heun, Karras (2 calls)    ~60.00   ~6.50   ~3.50   ~3.10
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
