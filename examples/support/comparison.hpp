// SPDX-License-Identifier: MIT
#pragma once

#include "digits.hpp"
#include "page_style.hpp"
#include "text.hpp"
#include <iddpm/metrics.hpp>

#include <cstdio>
#include <string>

/// \file
/// Samplers side by side: a table of pictures and of Fréchet distances, as a page and on stdout.

namespace digits {

/// The pixels of a part of the digits, as features.
inline iddpm::metrics::NormalFit pixels(const Exec& exec, const char* part) {
  const auto all = read(exec, part);
  return {exec, glyphs::take(exec, all.levels, 0, all.levels.extent(0))};
}

/// A row per sampler, a column for each number of steps.
class Comparison {
 public:
  /// \param net with labels 0, 1, ... 9, 0, ... for so many samples
  Comparison(const Exec& exec, const Net& net, std::size_t samples)
      : exec_(exec), net_(net), samples_(samples), held_out_(pixels(exec, "test")) {
    std::printf("%-24s", "steps");
    for (const int steps : columns) std::printf("%8d", steps);
    std::printf("\n");
  }

  /// \param spacing gives a process and a number of steps their times
  template <class S, class Spacing>
  void add(const char* name, const S& sampler, const Spacing& spacing) {
    const iddpm::NoiseStream noise{.seed = 7};
    std::printf("%-24s", name);
    rows_ += "<tr><th>" + page::escape(name) + "</th>";
    for (const int steps : columns) {
      const Images x("x", samples_, 1, 16, 16);
      iddpm::fill_normal(exec_, noise.initial(), x);
      iddpm::sample(exec_, process_, sampler, net_, noise, x, {},
                    {.times = spacing(process_, steps)});
      const double distance = distance_to_held_out(iddpm::metrics::NormalFit(exec_, x));
      iddpm::io::PngOptions grid;
      grid.columns = shown, grid.scale = 2;
      rows_ += "<td><img alt=\"\" src=\"data:image/png;base64," +
               page::base64(iddpm::io::encode_png(exec_, some(x, {0, shown}), grid)) + "\"><br>" +
               page::fixed(distance, 2) + "</td>";
      std::printf("%8.2f", distance);
      std::fflush(stdout);
    }
    rows_ += "</tr>\n";
    std::printf("\n");
  }

  /// Writes the page.
  void write(const char* file) const {
    const double floor = distance_to_held_out(pixels(exec_, "train"));
    std::string text = "<!doctype html><meta charset=utf-8><title>Samplers</title><style>";
    text += page::page_style;
    text +=
        "td, th { padding: .4rem .8rem; text-align: left }</style><main><h1>Samplers</h1>"
        "<p>Fréchet distance, pixels as features, of the samples to 750 digits held out; "
        "the digits trained on are at ";
    text += page::fixed(floor, 2) + ".</p><table><tr><th></th>";
    for (const int steps : columns) text += "<th>" + std::to_string(steps) + " steps</th>";
    text += "</tr>\n" + rows_ + "</table></main>\n";
    iddpm::io::write_file(file, text);
    std::printf("the digits trained on: %.2f\nwrote %s\n", floor, file);
  }

 private:
  static constexpr int columns[] = {5, 10, 20, 50};
  static constexpr std::size_t shown = 6;

  [[nodiscard]] double distance_to_held_out(const iddpm::metrics::NormalFit& of) const {
    return iddpm::metrics::frechet_distance(of, held_out_);
  }

  const Exec& exec_;
  const Net& net_;
  std::size_t samples_;
  iddpm::metrics::NormalFit held_out_;
  Process process_ = process();
  std::string rows_;
};

}  // namespace digits
