// SPDX-License-Identifier: MIT
// Which sampler, in how many steps? Writes samplers.html: a row per sampler, a column for 5, 10, 20
// and 50 steps, six digits each, and the Fréchet distance (pixels as features) of 500 samples to
// digits of typefaces held out. Prints the same numbers.
#include "support/digits.hpp"
#include "support/page_style.hpp"
#include "support/text.hpp"
#include <iddpm/metrics.hpp>

using digits::Exec, digits::Images;
using iddpm::metrics::NormalFit, iddpm::metrics::frechet_distance;
using namespace iddpm::sampler;

namespace {

constexpr std::size_t shown = 6;

struct Comparison {
  const Exec& exec;
  const digits::Net& net;  // with labels 0, 1, ... 9, 0, ...
  std::size_t samples;
  NormalFit held_out;
  digits::Process process = digits::process();
  std::string rows;

  template <class S, class Spacing>
  void add(const char* name, const S& sampler, const Spacing& spacing) {
    const iddpm::NoiseStream noise{.seed = 7};
    std::printf("%-24s", name);
    rows += "<tr><th>" + page::escape(name) + "</th>";
    for (const int steps : {5, 10, 20, 50}) {
      const Images x("x", samples, 1, 16, 16);
      iddpm::fill_normal(exec, noise.initial(), x);
      iddpm::sample(exec, process, sampler, net, noise, x, {}, {.times = spacing(process, steps)});
      const double distance = frechet_distance(NormalFit(exec, x), held_out);
      iddpm::io::PngOptions grid;
      grid.columns = shown, grid.scale = 2;
      rows += "<td><img alt=\"\" src=\"data:image/png;base64," +
              page::base64(iddpm::io::encode_png(exec, digits::some(x, {0, shown}), grid)) +
              "\"><br>" + page::fixed(distance, 2) + "</td>";
      std::printf("%8.2f", distance);
      std::fflush(stdout);
    }
    rows += "</tr>\n";
    std::printf("\n");
  }
};

const auto even = [](const auto& process, int n) { return iddpm::uniform_times(process, n); };
const auto log_snr = [](const auto& process, int n) { return iddpm::log_snr_times(process, n); };
const auto karras = [](const auto& process, int n) { return iddpm::karras_times(process, n); };

}  // namespace

int main(int argc, char** argv) {
  return digits::run(argc, argv, [&](const Exec& exec, const digits::Net& net) {
    const std::size_t samples = argc > 2 ? std::stoul(argv[2]) : 500;
    const auto pixels = [&](const char* part) {
      const auto all = digits::read(exec, part);
      return NormalFit(exec, glyphs::take(exec, all.levels, 0, all.levels.extent(0)));
    };
    const digits::Labels labels("labels", samples);
    Kokkos::parallel_for(
        "labels", Kokkos::RangePolicy<Exec>(exec, 0, samples),
        KOKKOS_LAMBDA(int b) { labels(b) = b % 10; });
    const digits::Net labelled = net.with_labels(labels);
    Comparison c{exec, labelled, samples, pixels("test"), digits::process(), ""};
    const double floor = frechet_distance(pixels("train"), c.held_out);
    std::printf("%-24s%8d%8d%8d%8d\n", "steps", 5, 10, 20, 50);
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
    std::printf("the digits trained on: %.2f\n", floor);
    iddpm::io::write_file(
        "samplers.html",
        "<!doctype html><meta charset=utf-8><title>Samplers</title><style>" +
            std::string(page::page_style) +
            "td, th { padding: .4rem .8rem; text-align: left }</style><main><h1>Samplers</h1>"
            "<p>Fréchet distance, pixels as features, of the samples to 750 digits held out; "
            "the digits trained on are at " +
            page::fixed(floor, 2) +
            ".</p><table><tr><th></th><th>5 steps</th><th>10</th><th>20</th><th>50</th></tr>\n" +
            c.rows + "</table></main>\n");
    std::printf("wrote samplers.html\n");
  });
}
