// SPDX-License-Identifier: MIT
#pragma once

#include "../support/page_style.hpp"
#include "../support/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// The report of a run: one HTML page that needs no script, no network and no other file.

namespace glyphs {

using namespace page;

/// Means over the steps since the row before.
struct TrainingStep {
  int step;
  double seconds;  ///< of training
  double loss;
  double mse;
  double vb;
  double gradient_norm;
  double learning_rate;
  /// Mean loss by quartile of t; NaN where no sample was there.
  std::array<double, 4> quartile_loss;
};

/// One timestep of the scoring process; vb in bits per dimension.
struct BoundTerm {
  double timestep;  ///< of the original process
  double vb;
  double x_start_mse;
  double mse;
};

struct Picture {
  std::string title;
  std::string caption;
  std::string png;  ///< the file's bytes
};

struct ReportData {
  std::string title;
  std::vector<std::pair<std::string, std::string>> results;   ///< name and value, at the top
  std::vector<std::pair<std::string, std::string>> settings;  ///< name and value, at the end
  std::vector<TrainingStep> steps;                            ///< empty if nothing was trained
  std::vector<BoundTerm> bound;                               ///< empty if nothing was scored
  double prior = 0;                                           ///< bits per dimension
  double bits_per_dim = 0;
  double bits_per_dim_stderr = 0;
  std::vector<Picture> pictures;  ///< the first stands at the top of the page
};

/// The width of a PNG (the first number of its IHDR chunk), 0 if this is none.
inline int png_width(std::string_view png) {
  int width = 0;
  if (png.size() < 24 || png.substr(1, 3) != "PNG") return width;
  for (const char byte : png.substr(18, 2)) width = width * 256 + static_cast<unsigned char>(byte);
  return width;
}

/// Enlarged by a whole factor, so that every pixel is a square of one size where it fits.
inline std::string picture_figure(const Picture& picture) {
  const int width = png_width(picture.png);
  std::string size;
  if (width > 0) size = " width=\"" + std::to_string(width * std::max(1, 496 / width)) + "\"";
  const std::string across = width > 800 ? " across" : "";  // too wide to share a row
  return "<figure class=\"picture" + across + "\"><img" + size + " alt=\"" + escape(picture.title) +
         "\" src=\"data:image/png;base64," + base64(picture.png) + "\"><figcaption><h3>" +
         escape(picture.title) + "</h3><p>" + escape(picture.caption) +
         "</p></figcaption></figure>\n";
}

template <class Value>
std::vector<Point> series(const std::vector<TrainingStep>& steps, Value value) {
  std::vector<Point> points;
  for (const TrainingStep& s : steps) points.push_back({static_cast<double>(s.step), value(s)});
  return points;
}

inline std::string gap_note(const std::vector<Point>& points) {
  const auto gaps = std::count_if(points.begin(), points.end(),
                                  [](const Point& p) { return !std::isfinite(p.y); });
  return gaps == 0 ? "" : " Not finite, so not drawn: " + std::to_string(gaps) + " values.";
}

/// Every row thin and pale, their moving average bold.
inline std::string noisy_figure(const std::string& title, const std::string& caption,
                                const std::string& y_label, const std::vector<Point>& raw) {
  const std::size_t span = smoothing_span(raw.size());
  return svg_figure(
      {title,
       caption + gap_note(raw),
       "step",
       y_label,
       {{"each row", "raw", raw},
        {"moving average, " + std::to_string(span) + " rows", "c0", smoothed(raw, span)}}});
}

inline std::string quartile_figure(const std::vector<TrainingStep>& steps) {
  Plot plot{"Loss by quartile of t",
            "Each sample counts in the quarter its timestep lies in. Moving averages.",
            "step",
            "loss",
            {}};
  const std::array<std::string, 4> ranges = {"0–24 %", "25–49 %", "50–74 %", "75–99 %"};
  for (std::size_t q = 0; q < 4; ++q) {
    std::vector<Point> points = series(steps, [q](const auto& s) { return s.quartile_loss[q]; });
    std::erase_if(points, [](const Point& p) { return !std::isfinite(p.y); });
    plot.curves.push_back({"t in " + ranges[q], "c" + std::to_string(q + 1),
                           smoothed(points, smoothing_span(steps.size()))});
  }
  return svg_figure(plot);
}

inline std::string training_section(const std::vector<TrainingStep>& steps) {
  if (steps.empty()) return "<h2>Training</h2><p class=\"note\">This run did not train.</p>\n";
  const auto smooth = [&](auto value) {
    return smoothed(series(steps, value), smoothing_span(steps.size()));
  };
  const auto rate = series(steps, [](const auto& s) { return s.learning_rate; });
  return "<h2>Training</h2><p class=\"note\">Steps " + number(steps.front().step, 9) + " to " +
         number(steps.back().step, 9) + ", " + number(steps.back().seconds / 60, 3) +
         " minutes.</p>\n<div class=\"plots training\">" +
         noisy_figure("Loss", "What the optimiser minimises.", "loss",
                      series(steps, [](const auto& s) { return s.loss; })) +
         quartile_figure(steps) +
         svg_figure({"Parts of the loss",
                     "Moving averages of the two terms whose sum is the loss.",
                     "step",
                     "mean of the batch",
                     {{"squared error", "c0", smooth([](const auto& s) { return s.mse; })},
                      {"bound, scaled", "c3", smooth([](const auto& s) { return s.vb; })}}}) +
         noisy_figure("Gradient norm", "Length of the gradient over all parameters.", "norm",
                      series(steps, [](const auto& s) { return s.gradient_norm; })) +
         svg_figure({"Learning rate",
                     "Size of the optimiser's steps.",
                     "step",
                     "rate",
                     {{"", "c0", rate}},
                     YScale::linear}) +
         "</div>\n";
}

/// A term is drawn as wide as the part of the process it stands for: halfway to its neighbours.
template <class Value>
std::vector<Point> stairs(const std::vector<BoundTerm>& terms, Value value) {
  if (terms.size() == 1) return {{terms[0].timestep, value(terms[0])}};
  std::vector<Point> points;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double t = terms[i].timestep;
    const double left = i > 0 ? (terms[i - 1].timestep + t) / 2 : t;
    const double right = i + 1 < terms.size() ? (terms[i + 1].timestep + t) / 2 : t;
    points.push_back({left, value(terms[i])});
    points.push_back({right, value(terms[i])});
  }
  return points;
}

/// Which part of the bound comes from where: the decoder, four ranges of t, the prior.
inline std::string bound_table(const std::vector<BoundTerm>& terms, double prior) {
  const auto text = [](double bits) {
    return std::abs(bits) < 5e-5 ? number(bits, 2) : fixed(bits, 4);
  };
  double total = prior;
  for (const BoundTerm& term : terms) total += term.vb;
  std::string rows;
  double running = 0;
  const auto row = [&](const std::string& name, double bits) {
    running += bits;
    const double percent = 100 * bits / total;
    const double width = percent > 0 ? std::min(percent, 100.0) : 0;
    rows += "<tr><td>" + name + "</td><td>" + text(bits) + "</td><td>" + fixed(percent, 1) +
            "&nbsp;%</td><td>" + fixed(100 * running / total, 1) +
            "&nbsp;%</td><td class=\"share\"><i style=\"width:" + fixed(width, 2) +
            "%\"></i></td></tr>\n";
  };
  row("Decoder, t = " + number(terms.front().timestep, 6), terms.front().vb);
  std::size_t next = 1;
  for (const double limit : {0.1, 0.25, 0.5, 1.0}) {
    const std::size_t first = next;
    double bits = 0;
    for (; next < terms.size() && terms[next].timestep <= limit * terms.back().timestep; ++next)
      bits += terms[next].vb;
    if (next == first) continue;
    const double from = terms[first].timestep;
    const double to = terms[next - 1].timestep;
    row("t = " + number(from, 6) + (from < to ? " to " + number(to, 6) : ""), bits);
  }
  row("Prior", prior);
  return "<table><thead><tr><th>Part of the bound</th><th>bits/dim</th><th>share</th><th>so "
         "far</th>"
         "<th class=\"share\"></th></tr></thead><tbody>\n" +
         rows + "<tr class=\"sum\"><td>Sum</td><td>" + text(total) +
         "</td><td></td><td></td><td class=\"share\"></td></tr></tbody></table>\n";
}

inline std::string bound_section(const ReportData& data) {
  if (data.bound.empty())
    return "<h2>Variational bound</h2><p class=\"note\">This run was not scored.</p>\n";
  std::vector<BoundTerm> terms = data.bound;
  std::sort(terms.begin(), terms.end(),
            [](const BoundTerm& a, const BoundTerm& b) { return a.timestep < b.timestep; });
  const auto hidden = std::count_if(terms.begin(), terms.end(), [](const BoundTerm& term) {
    return !(std::isfinite(term.vb) && term.vb > 0);
  });
  const std::string note =
      hidden == 0 ? "" : " Not finite or not positive: " + std::to_string(hidden) + " terms.";
  return "<h2>Variational bound</h2><p class=\"note\">Where the bits go: the bound adds one term "
         "for each timestep of the process that scores (" +
         std::to_string(terms.size()) +
         ") and the prior. t counts the timesteps of the process that was trained.</p>\n<div "
         "class=\"plots\">" +
         svg_figure({"Terms of the bound",
                     "The first one is the decoder." + note,
                     "timestep t",
                     "bits/dim per term",
                     {{"", "c0", stairs(terms, [](const auto& s) { return s.vb; })}},
                     YScale::logarithmic}) +
         svg_figure(
             {"Error of the prediction",
              "Mean squared error at each timestep.",
              "timestep t",
              "mean squared error",
              {{"of x_start", "c0", stairs(terms, [](const auto& s) { return s.x_start_mse; })},
               {"of the noise", "c3", stairs(terms, [](const auto& s) { return s.mse; })}}}) +
         "</div>" + bound_table(terms, data.prior);
}

/// `2.953 ± 0.042`: as many decimals as two digits of the error need.
inline std::string headline(const ReportData& data) {
  if (data.bound.empty() && data.bits_per_dim == 0) return "";
  const double error = data.bits_per_dim_stderr;
  const bool known = std::isfinite(error) && error > 0;
  const int decimals =
      known ? std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 1, 5) : 3;
  return "<p class=\"score\"><b>" +
         (std::isfinite(data.bits_per_dim) ? fixed(data.bits_per_dim, decimals) : "not finite") +
         "</b> <span>" + (known ? "± " + fixed(error, decimals) : "") + " bits/dim</span></p>" +
         "<p class=\"gloss\">Bound on the negative log-likelihood" +
         (known ? " ± its standard error" : "") + "; lower is better.</p>";
}

/// The whole page.
[[nodiscard]] inline std::string make_report(const ReportData& data) {
  const bool has_picture = !data.pictures.empty();
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
      escape(data.title) + "</title><style>" + std::string(page_style) +
      "</style></head>\n<body><main><header class=\"hero" + (has_picture ? " wide" : "") +
      "\"><div><h1>" + escape(data.title) + "</h1>" + headline(data) + "</div>\n";
  if (has_picture) page += picture_figure(data.pictures.front());
  page += definitions(data.results, "results") + "</header>\n";
  if (data.pictures.size() > 1) page += "<h2>Pictures</h2><div class=\"pictures\">";
  for (std::size_t i = 1; i < data.pictures.size(); ++i) page += picture_figure(data.pictures[i]);
  if (data.pictures.size() > 1) page += "</div>\n";
  page += training_section(data.steps) + bound_section(data);
  if (!data.settings.empty()) page += "<h2>Settings</h2>" + definitions(data.settings, "settings");
  return page + "</main></body></html>\n";
}

}  // namespace glyphs
