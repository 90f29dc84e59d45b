// SPDX-License-Identifier: MIT
#pragma once

#include "../../examples/support/text.hpp"
#include "results.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// \file
/// Bars of GB/s as inline SVG, across them the lines of copy and triad.

namespace bench_report {

inline constexpr std::string_view bars_style = R"css(
.bars { display: block; width: 100%; overflow: visible; margin-top: 1.25rem; font-size: 13px; }
.bars text { fill: var(--ink); paint-order: stroke; stroke: var(--page); stroke-width: 5px; }
.bars .soft { fill: var(--soft); } .bars .end { text-anchor: end; }
.bars rect { fill: var(--c0); } .bars .room { fill: var(--rule); }
.bars line { stroke: var(--c3); stroke-width: 2; }
.bars .memory { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 3; }
pre { font-size: .8125rem; line-height: 1.45; overflow-x: auto; color: var(--soft);
  margin-top: 1.5rem; }
.scroll { overflow-x: auto; } .scroll td, .scroll th { white-space: nowrap; }
.answer td { font-size: 1rem; } .answer .best { font-weight: 600; }
)css";

/// One bar for each operation of one backend.
inline std::string bars(const Results& results, const std::vector<Result>& operations) {
  const Speed memory(results, operations.front());
  double most = std::max(memory.copy, memory.triad);
  for (const Result& r : operations) {
    const Speed speed(results, r);
    most = std::max({most, speed.of_operation, speed.limit});
  }
  const auto at = [&](double speed) { return page::fixed(99 * speed / most, 2) + "%"; };
  constexpr int top = 30, row = 46;
  const int height = top + row * static_cast<int>(operations.size());
  std::string text =
      "<svg class=\"bars\" role=\"img\" aria-label=\"GB/s of each operation\" "
      "height=\"" +
      std::to_string(height) + "\">\n";
  const auto line = [&](const std::string& name, double speed, int label_y) {
    if (!(speed > 0)) return;
    text += "<line class=\"memory\" x1=\"" + at(speed) + "\" x2=\"" + at(speed) + "\" y1=\"" +
            std::to_string(label_y + 3) + "\" y2=\"" + std::to_string(height) +
            "\"/><text class=\"soft end\" x=\"" + at(speed) + "\" dx=\"-4\" y=\"" +
            std::to_string(label_y + 2) + "\">" + name + " " + page::fixed(speed, 1) +
            " GB/s</text>\n";
  };
  line("copy", memory.copy, 10);
  line("triad", memory.triad, 25);
  int y = top;
  for (const Result& r : operations) {
    const Speed speed(results, r);
    const std::string below = std::to_string(y + 20);
    text += "<text y=\"" + std::to_string(y + 13) + "\">" + page::escape(r.operation) +
            "</text><text class=\"end soft\" x=\"100%\" y=\"" + std::to_string(y + 13) + "\">" +
            page::fixed(speed.of_operation, 1) + " GB/s" +
            (speed.limit > 0 ? ", " + page::fixed(speed.percent(speed.limit), 0) + " % of its limit"
                             : "") +
            "</text><rect class=\"room\" y=\"" + below + "\" height=\"14\" rx=\"2\" width=\"" +
            at(speed.limit) + "\"/><rect y=\"" + below + "\" height=\"14\" rx=\"2\" width=\"" +
            at(speed.of_operation) + "\"/>";
    if (speed.limit > 0)
      text += "<line x1=\"" + at(speed.limit) + "\" x2=\"" + at(speed.limit) + "\" y1=\"" +
              std::to_string(y + 17) + "\" y2=\"" + std::to_string(y + 37) + "\"/>";
    text += "\n";
    y += row;
  }
  return text + "</svg>\n";
}

}  // namespace bench_report
