// SPDX-License-Identifier: MIT
#pragma once

#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

/// \file
/// Line plots as inline SVG. The curves stretch with the page, the lettering does not: ticks and
/// labels stand at percentages of the frame, so a plot is as readable on a phone as on paper.

namespace page {

struct Point {
  double x;
  double y;  ///< a value that is not finite leaves a gap
};

struct Curve {
  std::string name;   ///< its line of the legend; empty: none
  std::string style;  ///< its class in the style sheet
  std::vector<Point> points;
};

enum class YScale {
  linear,
  automatic,   ///< logarithmic if all values are positive and span more than a factor of 20
  logarithmic  ///< logarithmic wherever it makes sense; values <= 0 leave a gap
};

struct Plot {
  std::string title;
  std::string caption;
  std::string x_label;
  std::string y_label;
  std::vector<Curve> curves;
  YScale scale = YScale::automatic;
  bool logarithmic_x = false;  ///< \pre every x is positive
};

/// One axis: its range and where its ticks stand.
struct Axis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  std::vector<double> ticks = {};

  [[nodiscard]] bool shows(double value) const {
    return std::isfinite(value) && (!logarithmic || value > 0);
  }
  /// 0 at the low end, 1 at the high end.
  [[nodiscard]] double place(double value) const {
    return logarithmic ? std::log(value / low) / std::log(high / low)
                       : (value - low) / (high - low);
  }
};

/// Ticks at multiples of 1, 2 or 5 times a power of ten. An axis of whole numbers (steps,
/// timesteps) ends where its data end; any other keeps a little air.
inline Axis linear_axis(double low, double high, bool whole) {
  // Apart by rounding only is not apart: ticks so close would not be numbers of their own.
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) high = low;
  const bool flat = low == high && !whole;
  if (low >= 0 && (flat || low < 0.3 * high)) low = 0;
  if (low == high) {
    const double reach = whole || low == 0 ? 1 : 0.25 * std::abs(low);
    low -= reach;
    high += reach;
  } else if (!whole) {
    const double air = 0.05 * (high - low);
    if (low != 0) low -= air;
    high += air;
  }
  const double rough = (high - low) / 6;
  const double unit = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * unit;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * unit >= 0.999 * rough) step = factor * unit;
  if (whole) step = std::max(step, 1.0);
  Axis axis{low, high};
  for (double i = std::ceil(low / step - 1e-9); i <= std::floor(high / step + 1e-9); ++i)
    axis.ticks.push_back(i * step);
  return axis;
}

/// Ticks at powers of ten, between them at 2 and 5 where there is room. \pre 0 < 2 low < high
inline Axis logarithmic_axis(double low, double high) {
  const double air = std::pow(high / low, 0.04);
  Axis axis{low / air, high * air, true};
  const double decades = std::log10(high / low);
  const int stride = std::max(1, static_cast<int>(std::ceil(decades / 6)));
  const int first = static_cast<int>(std::floor(std::log10(axis.low)));
  for (int power = first; std::pow(10, power) <= axis.high; ++power)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10, power);
      const bool wanted = factor > 1 ? decades < 2.2 : power % stride == 0;
      if (wanted && tick >= axis.low && tick <= axis.high) axis.ticks.push_back(tick);
    }
  return axis;
}

/// The time constant that suits a curve of `count` points.
inline std::size_t smoothing_span(std::size_t count) {
  return std::clamp<std::size_t>(count / 50, 5, 300);
}

/// Exponential moving average with a time constant of `span` points, free of start-up bias.
/// A point that is not finite is left out of the average and stays a gap.
inline std::vector<Point> smoothed(std::vector<Point> points, std::size_t span) {
  const double decay = std::exp(-1.0 / static_cast<double>(span));
  double sum = 0;
  double weight = 0;
  for (Point& p : points) {
    if (!std::isfinite(p.y)) continue;
    sum = decay * sum + (1 - decay) * p.y;
    weight = decay * weight + (1 - decay);
    p.y = sum / weight;
  }
  return points;
}

/// At most about 600 of the points: of every bucket the lowest and the highest, so no peak is lost.
inline std::vector<Point> thinned(const std::vector<Point>& points) {
  constexpr std::size_t buckets = 300;
  if (points.size() <= 2 * buckets) return points;
  std::vector<Point> kept;
  for (std::size_t b = 0; b < buckets; ++b) {
    const std::size_t first = b * points.size() / buckets;
    std::size_t lowest = first;
    std::size_t highest = first;
    for (std::size_t i = first; i < (b + 1) * points.size() / buckets; ++i) {
      if (!std::isfinite(points[i].y)) continue;
      if (!(points[i].y >= points[lowest].y)) lowest = i;
      if (!(points[i].y <= points[highest].y)) highest = i;
    }
    kept.push_back(points[std::min(lowest, highest)]);
    if (lowest != highest) kept.push_back(points[std::max(lowest, highest)]);
  }
  return kept;
}

/// The curve as path elements: lines between neighbours, a dot where a point has none.
inline std::string svg_path(const Curve& curve, const Axis& x, const Axis& y) {
  std::string lines, dots;
  const std::vector<Point> points = thinned(curve.points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!y.shows(points[i].y)) continue;
    const bool before = i > 0 && y.shows(points[i - 1].y);
    const bool after = i + 1 < points.size() && y.shows(points[i + 1].y);
    const std::string at =
        fixed(10000 * x.place(points[i].x), 0) + " " + fixed(10000 * (1 - y.place(points[i].y)), 0);
    if (before || after)
      lines += (before ? "L" : "M") + at;
    else
      dots += "M" + at + "h0";
  }
  std::string text;
  if (!lines.empty()) text += "<path class=\"" + curve.style + "\" d=\"" + lines + "\"/>\n";
  if (!dots.empty()) text += "<path class=\"" + curve.style + " dot\" d=\"" + dots + "\"/>\n";
  return text;
}

inline Axis y_axis(const Plot& plot) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  double positive = low;
  for (const Curve& curve : plot.curves)
    for (const Point& p : curve.points) {
      if (!std::isfinite(p.y)) continue;
      low = std::min(low, p.y);
      high = std::max(high, p.y);
      if (p.y > 0) positive = std::min(positive, p.y);
    }
  if (low > high) return {};
  const bool wide =
      plot.scale == YScale::logarithmic ? high > 4 * positive : low > 0 && high > 20 * low;
  return wide && plot.scale != YScale::linear ? logarithmic_axis(positive, high)
                                              : linear_axis(low, high, false);
}

inline Axis x_axis(const Plot& plot) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const Curve& curve : plot.curves)
    for (const Point& p : curve.points) {
      low = std::min(low, p.x);
      high = std::max(high, p.x);
    }
  if (low > high) return {};
  if (plot.logarithmic_x && high > 2 * low) return logarithmic_axis(low, high);
  return linear_axis(low, high, true);
}

inline std::string svg_grid(const Plot& plot, const Axis& x, const Axis& y) {
  std::string text;
  const bool powers = std::any_of(y.ticks.begin(), y.ticks.end(), [](double tick) {
    return tick != 0 && std::abs(tick) < 0.999e-3;
  });
  for (const double tick : y.ticks) {
    const std::string at = fixed(100 * (1 - y.place(tick)), 2) + "%";
    text += "<line x2=\"100%\" y1=\"" + at + "\" y2=\"" + at + "\"/><text x=\"-8\" y=\"" + at +
            "\" dy=\".35em\" class=\"end\">" + number(tick, 6, powers) + "</text>\n";
  }
  for (const double tick : x.ticks) {
    const std::string at = fixed(100 * x.place(tick), 2) + "%";
    text += "<svg x=\"" + at + "\" y=\"100%\"><line y2=\"5\"/><text y=\"19\" class=\"middle\">" +
            number(tick, 6, x.logarithmic) + "</text></svg>\n";
  }
  return text +
         "<svg y=\"100%\"><line x2=\"100%\" class=\"axis\"/></svg>\n<text x=\"-56\" y=\"-14\">" +
         escape(plot.y_label) + (y.logarithmic ? ", logarithmic" : "") +
         "</text><svg x=\"100%\" y=\"100%\"><text y=\"38\" class=\"end\">" + escape(plot.x_label) +
         "</text></svg>\n";
}

/// The whole figure: title, caption, legend, frame, curves.
inline std::string svg_figure(const Plot& plot) {
  const Axis x = x_axis(plot);
  const Axis y = y_axis(plot);
  std::string paths, legend;
  for (const Curve& curve : plot.curves) {
    const std::string path = svg_path(curve, x, y);
    paths += path;
    if (!path.empty() && !curve.name.empty())
      legend += "<li><i class=\"" + curve.style + "\"></i>" + escape(curve.name) + "</li>";
  }
  if (!legend.empty()) legend = "<ul class=\"legend\">" + legend + "</ul>";
  const std::string head = "<figure class=\"plot\"><figcaption><h3>" + escape(plot.title) +
                           "</h3><p>" + escape(plot.caption) + "</p>" + legend + "</figcaption>\n";
  if (paths.empty()) return head + "<p class=\"nothing\">No finite values.</p></figure>\n";
  return head + "<svg class=\"frame\" role=\"img\" aria-label=\"" + escape(plot.title) + "\">\n" +
         svg_grid(plot, x, y) +
         "<svg viewBox=\"0 0 10000 10000\" preserveAspectRatio=\"none\" class=\"curves\">\n" +
         paths + "</svg></svg></figure>\n";
}

}  // namespace page
