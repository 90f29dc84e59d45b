// SPDX-License-Identifier: MIT
#pragma once

#include "../../examples/support/page_style.hpp"
#include "../../examples/support/plot.hpp"
#include "bars.hpp"
#include "results.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// \file
/// The answers as one HTML page that needs no script, no network and no other file.

namespace bench_report {

using page::definitions;
using page::escape;
using page::fixed;
using page::number;

/// A table of cells that are HTML already.
class Table {
 public:
  Table(const std::vector<std::string>& header, const std::string& style = "") {
    text_ = "<div class=\"scroll\"><table class=\"" + style + "\"><thead><tr>";
    for (const std::string& cell : header) text_ += "<th>" + cell + "</th>";
    text_ += "</tr></thead><tbody>\n";
  }

  void row(const std::vector<std::string>& cells, const std::string& style = "") {
    text_ += "<tr class=\"" + style + "\">";
    for (const std::string& cell : cells) text_ += "<td>" + cell + "</td>";
    text_ += "</tr>\n";
  }

  [[nodiscard]] std::string text() const { return text_ + "</tbody></table></div>\n"; }

 private:
  std::string text_;
};

inline std::string percent(double share) { return fixed(share, 0) + "&nbsp;%"; }
inline std::string times(double ratio, int decimals = 2) {
  return fixed(ratio, decimals) + "&nbsp;×";
}

/// Which backend, how fast, how close to the limit.
inline std::string answer(const Results& results) {
  std::vector<Result> steps;
  for (const std::string& backend : results.backends())
    if (const Result* r = results.find("operations", "p_sample", backend)) steps.push_back(*r);
  if (steps.empty()) return "";
  std::sort(steps.begin(), steps.end(),
            [](const Result& a, const Result& b) { return a.seconds < b.seconds; });
  const Result& best = steps.front();
  const Speed speed(results, best);
  Table table({"Backend", "threads", "ns/element", "GB/s", "of its limit", "against the fastest"},
              "answer");
  for (const Result& r : steps) {
    const Speed s(results, r);
    table.row(
        {escape(r.backend), std::to_string(r.threads), fixed(r.ns_per_element(), 3),
         fixed(r.gb_per_s(), 1), percent(s.percent(s.limit)), times(r.seconds / best.seconds)},
        steps.size() > 1 && &r == &best ? "best" : "");
  }
  return "<p class=\"score\"><b>" + fixed(best.ns_per_element(), 2) +
         "</b> <span>ns per element</span> <span>on " + escape(best.backend) + "</span>, <span>" +
         fixed(speed.percent(speed.limit), 0) + " % of the limit</span></p><p class=\"gloss\">" +
         "One ancestral sampling step (p_sample: learned variance, clip, noise made in the "
         "kernel), "
         "float, 16 × 3 × 256 × 256. Its limit is a kernel that only makes the same reads and "
         "writes, measured in the same run.</p>" +
         table.text();
}

inline std::string operations_section(const Results& results) {
  std::string text;
  for (const std::string& backend : results.backends()) {
    const auto operations = results.of("operations", backend);
    if (operations.empty()) continue;
    text += "<h2>Operations: " + escape(backend) + ", " +
            std::to_string(operations.front().threads) +
            " threads</h2><p class=\"note\">Float, 16 × 3 × 256 × 256; medians of " +
            std::to_string(operations.front().repetitions) +
            " repetitions, everything in random order. Bytes are those that must move with the "
            "noise made in registers. The mark on each bar is its limit: a kernel that only moves "
            "those bytes. Copy and triad are on arrays of 128 MiB, which no cache holds.</p>" +
            bars(results, operations);
    Table table({"Operation", "ms", "quartiles", "ns/element", "bytes/element", "GB/s", "of copy",
                 "of triad", "of its limit"});
    for (const Result& r : operations) {
      const Speed s(results, r);
      table.row({escape(r.operation), fixed(1e3 * r.seconds, 3),
                 fixed(1e3 * r.low_seconds, 3) + "–" + fixed(1e3 * r.high_seconds, 3),
                 fixed(r.ns_per_element(), 3), fixed(r.bytes_per_element, 0),
                 fixed(s.of_operation, 2), percent(s.percent(s.copy)), percent(s.percent(s.triad)),
                 percent(s.percent(s.limit))});
    }
    text += table.text();
  }
  return text;
}

/// One plot for each operation, one curve for each backend and number of threads.
inline std::string growth_section(const Results& results) {
  const auto growth = results.of("growth");
  if (growth.empty()) return "";
  using Line = std::pair<std::string, int>;
  std::vector<std::string> operations;
  std::set<Line> lines;
  std::set<double> sizes;
  for (const Result& r : growth) {
    if (std::find(operations.begin(), operations.end(), r.operation) == operations.end())
      operations.push_back(r.operation);
    lines.insert({r.backend, r.threads});
    sizes.insert(r.elements);
  }
  const auto find = [&](const std::string& operation, const Line& line, double size) {
    for (const Result& r : growth)
      if (r.operation == operation && Line(r.backend, r.threads) == line && r.elements == size)
        return r.ns_per_element();
    return std::numeric_limits<double>::quiet_NaN();
  };
  constexpr std::array<const char*, 5> colors{"c0", "c3", "c4", "c2", "c1"};
  std::string plots;
  std::vector<std::string> header{"Operation", "backend", "threads"};
  for (const double size : sizes) header.push_back(number(size, 3, true));
  Table table(header);
  for (const std::string& operation : operations) {
    page::Plot plot{operation, "", "elements", "ns per element", {}, page::YScale::logarithmic,
                    true};
    std::size_t color = 0;
    for (const Line& line : lines) {
      page::Curve curve{line.first + ", " + std::to_string(line.second) +
                            (line.second == 1 ? " thread" : " threads"),
                        colors[color++ % colors.size()],
                        {}};
      std::vector<std::string> cells{operation, escape(line.first), std::to_string(line.second)};
      for (const double size : sizes) {
        curve.points.push_back({size, find(operation, line, size)});
        cells.push_back(fixed(curve.points.back().y, 3));
      }
      plot.curves.push_back(curve);
      table.row(cells);
    }
    plots += page::svg_figure(plot);
  }
  return "<h2>How the cost grows</h2><p class=\"note\">From 10⁴ elements (one sample) to 10⁸, "
         "in samples of 10⁴. A flat line is a cost in proportion; it falls where starting "
         "threads is shared by more elements and rises where caches end.</p>"
         "<div class=\"plots\">" +
         plots + "</div>" + table.text();
}

inline std::string choices_section(const Results& results) {
  const auto choices = results.of("choices");
  if (choices.empty()) return "";
  Table table({"Operation", "backend", "with", "ns/element", "GB/s", "time"});
  for (const Result& r : choices) {
    const Result* usual = results.find("operations", r.operation, r.backend);
    table.row({escape(r.operation), escape(r.backend), escape(r.choice),
               fixed(r.ns_per_element(), 3), fixed(r.gb_per_s(), 2),
               usual != nullptr ? times(r.seconds / usual->seconds) : "–"});
  }
  return "<h2>What choices cost</h2><p class=\"note\">Against the same operation as above: float, "
         "row-major; one timestep for p_sample, one per sample in training.</p>" +
         table.text();
}

inline std::string runs_section(const Results& results) {
  Table table({"Backend", "50 steps, ms", "ns/element and step", "smallest step, µs",
               "of it beside its kernel, µs"});
  bool any = false;
  for (const std::string& backend : results.backends()) {
    const Result* run = results.find("run", "sample_50_steps", backend);
    const Result* step = results.find("run", "step", backend);
    const Result* beside = results.find("run", "step_beside_kernel", backend);
    if (run == nullptr || step == nullptr || beside == nullptr) continue;
    any = true;
    table.row({escape(backend), fixed(1e3 * run->seconds, 2), fixed(run->ns_per_element(), 3),
               fixed(1e6 * step->seconds, 2), fixed(1e6 * beside->seconds, 2)});
  }
  if (!any) return "";
  return "<h2>Whole runs</h2><p class=\"note\">With a network that costs nothing: 50 steps of "
         "64 × 3 × 32 × 32, and one step of 1 × 3 × 32 × 32.</p>" +
         table.text();
}

/// What peers/compare.py wrote, if it was run.
inline std::string peers_section(const nlohmann::json& peers) {
  if (peers.is_null()) return "";
  Table table({"Operation", "ours, ms", "PyTorch, eager", "torch.compile", "diffusers"});
  for (const auto& row : peers.at("operations")) {
    const auto ratio = [&](const char* name) {
      const auto& ratios = row.at("ratios");
      return ratios.contains(name) ? times(ratios.at(name).get<double>(), 1) : std::string("–");
    };
    table.row({escape(row.at("name").get<std::string>()),
               fixed(1e3 * row.at("median_seconds").at("ours").get<double>(), 3), ratio("eager"),
               ratio("compiled"), ratio("diffusers")});
  }
  return "<h2>Beside PyTorch and diffusers</h2><p class=\"note\">How many times our time the "
         "others take on the same shapes: medians of " +
         peers.at("alternations").dump() + " alternations with " + peers.at("threads").dump() +
         " threads each; PyTorch " + escape(peers.at("peers").at("torch").get<std::string>()) +
         ", diffusers " + escape(peers.at("peers").at("diffusers").get<std::string>()) +
         ", ours at " + escape(peers.at("ours").value("git", "")) + ".</p>" + table.text();
}

/// What compile_time.cmake wrote, if it was run.
inline std::string compile_time_section(const nlohmann::json& compile_time) {
  if (compile_time.is_null()) return "";
  Table table({"Source", "seconds", "against Kokkos_Core.hpp"});
  for (const auto& row : compile_time.at("sources"))
    table.row({escape(row.at("what").get<std::string>()),
               fixed(row.at("median_ms").get<double>() / 1000, 2),
               times(row.at("median_ms").get<double>() /
                     compile_time.at("sources").at(0).at("median_ms").get<double>())});
  return "<h2>Compile time</h2><p class=\"note\">" +
         escape(compile_time.at("compiler").get<std::string>()) + " with -O2, medians of " +
         compile_time.at("repetitions").dump() + " alternations.</p>" + table.text();
}

inline std::string context_value(const Results& results, const std::string& name) {
  for (const auto& [key, value] : results.context)
    if (key == name) return value;
  return "unknown";
}

/// The whole page; `peers` and `compile_time` may be null.
[[nodiscard]] inline std::string make_page(const Results& results, const nlohmann::json& peers,
                                           const nlohmann::json& compile_time) {
  const std::string title = "iddpm: benchmarks";
  std::string failures;
  for (const std::string& failure : results.failures)
    failures += "<p class=\"note\">Failed: " + escape(failure) + "</p>";
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
         title + "</title><style>" + std::string(page::page_style) + std::string(bars_style) +
         "</style></head>\n<body><main><header><h1>" + title + "</h1><p class=\"gloss\">" +
         escape(context_value(results, "processor")) + ", " +
         escape(context_value(results, "processors_online")) + " processors; " +
         escape(context_value(results, "compiler")) + " with " +
         escape(context_value(results, "flags")) + "; " + escape(context_value(results, "date")) +
         "</p>" + answer(results) + "</header>" + failures + operations_section(results) +
         growth_section(results) + choices_section(results) + runs_section(results) +
         peers_section(peers) + compile_time_section(compile_time) + "<h2>Machine and build</h2>" +
         definitions(results.context, "settings") + "<pre>" + escape(results.kokkos) +
         "</pre></main></body></html>\n";
}

}  // namespace bench_report
