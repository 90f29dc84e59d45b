// SPDX-License-Identifier: MIT
#pragma once

#include "exhaustive/report.hpp"
#include "exhaustive/scan.hpp"
#include <iddpm/random/normal.hpp>

#include <array>
#include <numbers>

/// \file
/// The float normals of every pair of words. A normal is the rounded product of a radius, which
/// depends on the first word alone, and a sine or cosine, which depends on the second alone. All
/// 2^32 of either are measured, sorted into bins by the mantissa of the true value, and the worst
/// of each pair of bins bounds every product of the two.

namespace exhaustive {

using iddpm::normal_pair;

/// sqrt(-2 ln u) of the definition.
inline double true_radius(std::uint32_t word) {
  const auto unit = [](std::uint32_t w) { return (static_cast<double>(w) + 0.5) * 0x1p-32; };
  return std::sqrt(-2 * (word >> 31 ? std::log1p(-unit(~word)) : std::log(unit(word))));
}

/// cos 2 pi a and sin 2 pi a, from the distance to the nearest quarter turn.
inline std::array<double, 2> true_direction(std::uint32_t word) {
  const std::uint32_t quarters = (word + 0x20000000u) >> 30;
  const auto rest = static_cast<std::int32_t>(word - (quarters << 30));
  const double angle = (static_cast<double>(rest) + 0.5) * 0x1p-31 * std::numbers::pi;
  const double sin = std::sin(angle), cos = std::cos(angle);
  switch (quarters % 4) {
    case 0:
      return {cos, sin};
    case 1:
      return {-sin, cos};
    case 2:
      return {-cos, -sin};
    default:
      return {sin, -cos};
  }
}

/// Word 0 is the angle whose cosine is 1 in float, so this is the radius as it is computed.
inline float radius(std::uint32_t word) { return normal_pair<float>(word, 0)[0]; }

/// A word whose radius is 1 in float: its normals are the cosine and the sine as computed.
inline std::uint32_t unit_radius_word() {
  std::uint32_t word = 0x9b4597e3u;  // e^-1/2 2^32
  while (radius(word) > 1) ++word;
  while (radius(word) < 1) --word;
  return word;
}

/// Of all factors whose true value has a mantissa in [1 + b / 4096, 1 + (b + 1) / 4096): the least
/// and the largest relative error, in units of 2^-24, and the words that had them.
struct Bins {
  static constexpr std::size_t count = 4096;
  struct Bin {
    double least = HUGE_VAL, most = -HUGE_VAL;
    std::uint32_t least_word = 0, most_word = 0;
  };
  std::vector<Bin> bins = std::vector<Bin>(count);
  Worst worst;
  double smallest = HUGE_VAL, largest = 0;

  void add(float got, double truth, std::uint32_t word) {
    worst.add(float_ulps(got, truth), word);
    smallest = std::min(smallest, std::fabs(static_cast<double>(got)));
    largest = std::max(largest, std::fabs(static_cast<double>(got)));
    const double relative = (static_cast<double>(got) / truth - 1) * 0x1p24;
    Bin& bin = bins[std::bit_cast<std::uint64_t>(truth) >> 40 & (count - 1)];
    if (relative < bin.least) bin.least = relative, bin.least_word = word;
    if (relative > bin.most) bin.most = relative, bin.most_word = word;
  }
  void merge(const Bins& other) {
    worst.merge(other.worst);
    smallest = std::min(smallest, other.smallest);
    largest = std::max(largest, other.largest);
    for (std::size_t b = 0; b < count; ++b) {
      const Bin& from = other.bins[b];
      Bin& to = bins[b];
      if (from.least < to.least) to.least = from.least, to.least_word = from.least_word;
      if (from.most > to.most) to.most = from.most, to.most_word = from.most_word;
    }
  }
};

/// The worse of the two normals' errors.
inline double pair_error(std::uint32_t radius_word, std::uint32_t angle_word) {
  const auto z = normal_pair<float>(radius_word, angle_word);
  const double r = true_radius(radius_word);
  const auto [cos, sin] = true_direction(angle_word);
  const double first = float_ulps(z[0], r * cos), second = float_ulps(z[1], r * sin);
  return std::isnan(first + second) ? nan : std::max(first, second);
}

/// What the errors of the factors in two bins, of mantissas from 1 + i / 4096 and 1 + j / 4096, and
/// the rounding of the product can make together, in units of the product's last place.
inline double product_bound(const Bins::Bin& a, std::size_t i, const Bins::Bin& b, std::size_t j) {
  const auto edge = [](std::size_t bin) { return 1 + static_cast<double>(bin) / Bins::count; };
  const double low = edge(i) * edge(j), high = edge(i + 1) * edge(j + 1);
  // Times the largest mantissa m of the true product, a relative error of 2^-24 is m / 2 units.
  const double mantissa = low >= 2 ? high / 2 : std::min(high, 2.0);
  const double up = (a.most + b.most) * mantissa / 2, down = -(a.least + b.least) * mantissa / 2;
  // A computed product that passes the power of two above the true one is rounded to a unit that
  // is twice as large; while it passes it by less than one (old) unit, it is rounded back to it.
  const double up_rounding = mantissa > 1.999999 && up >= 1 ? 1 : 0.5;
  // The product of both errors, and the error of the double functions.
  constexpr double slack = 1e-5;
  return std::max(up + up_rounding, down + 0.5) + slack;
}

struct PairBound {
  double proved = 0, met = 0;
  std::uint32_t radius_word = 0, angle_word = 0;
};

/// The bound over all pairs of bins, and the worst error of pairs of words that are a bin's worst.
inline PairBound bound_pairs(const Bins& radii, const Bins& directions) {
  PairBound result;
  const auto meet = [&](std::uint32_t r0, std::uint32_t r1) {
    const double error = pair_error(r0, r1);
    if (!(error <= result.met)) result.met = error, result.radius_word = r0, result.angle_word = r1;
  };
  for (std::size_t i = 0; i < Bins::count; ++i)
    for (std::size_t j = 0; j < Bins::count; ++j) {
      const Bins::Bin &a = radii.bins[i], &b = directions.bins[j];
      const double bound = product_bound(a, i, b, j);
      result.proved = std::max(result.proved, bound);
      if (bound <= result.met || a.least > a.most || b.least > b.most) continue;
      meet(a.most_word, b.most_word);
      meet(a.least_word, b.least_word);
    }
  return result;
}

/// Random pairs: the worst error, how many normals are beyond 2 ulp, and whether each normal is the
/// product that the bound takes it for.
struct Random {
  Worst worst;
  std::uint64_t beyond_two = 0, not_a_product = 0;

  void merge(const Random& other) {
    worst.merge(other.worst);
    beyond_two += other.beyond_two;
    not_a_product += other.not_a_product;
  }
};

inline Random measure_random(std::uint64_t stride, std::uint32_t unit_radius) {
  const iddpm::Draw draw = iddpm::NoiseStream{.seed = 20261125}.user(0);
  return scan<Random>(2 * stride, [&](Random& random, std::uint32_t block) {
    const auto words = iddpm::words(draw, 0, block);
    const auto z = normal_pair<float>(words[0], words[1]);
    const auto direction = normal_pair<float>(unit_radius, words[1]);
    const double r = true_radius(words[0]);
    const auto truth = true_direction(words[1]);
    for (std::size_t lane = 0; lane < 2; ++lane) {
      const double error = float_ulps(z[lane], r * truth[lane]);
      random.worst.add(error, block);
      if (!(error <= 2)) ++random.beyond_two;
      if (z[lane] != radius(words[0]) * direction[lane]) ++random.not_a_product;
    }
  });
}

inline void measure_normals(Report& report, std::uint64_t stride) {
  const Bins radii = scan<Bins>(stride, [](Bins& bins, std::uint32_t word) {
    bins.add(radius(word), true_radius(word), word);
  });
  const std::uint32_t one = unit_radius_word();
  const Bins directions = scan<Bins>(stride, [&](Bins& bins, std::uint32_t word) {
    const auto z = normal_pair<float>(one, word);
    const auto truth = true_direction(word);
    bins.add(z[0], truth[0], word);
    bins.add(z[1], truth[1], word);
  });
  report.add_word("radius sqrt(-2 ln u)", radii.worst, 2);
  report.add_word("cos 2 pi a and sin 2 pi a", directions.worst, 2);

  const PairBound pairs = bound_pairs(radii, directions);
  char at[64];
  std::snprintf(at, sizeof at, "words %08x %08x", pairs.radius_word, pairs.angle_word);
  const std::uint64_t of_either = radii.worst.count;
  report.add("normals, every pair of these words: bound", of_either, pairs.proved, 4, "");
  report.add("normals, the worst pair found", of_either, pairs.met, 4, at);

  const Random random = measure_random(stride, one);
  report.add_word("normals of random pairs (at: block)", random.worst, 4);
  report.add("of them beyond 2 ulp, in thousandths", random.worst.count,
             1e3 * static_cast<double>(random.beyond_two) / static_cast<double>(random.worst.count),
             1, "");
  std::printf("\nradius from %.9g to %.9g; |sin|, |cos| from %.9g to %.9g\n", radii.smallest,
              radii.largest, directions.smallest, directions.largest);
  report.require(random.not_a_product == 0, "each normal is its radius times its sine or cosine");
  report.require(radii.largest == static_cast<double>(radius(0)) &&
                     float_ulps(radius(0), std::sqrt(66 * std::numbers::ln2)) <= 2,
                 "the largest radius is sqrt(66 ln 2)");
  report.require(
      radii.smallest >= 0x1p-17 && directions.smallest >= 0x1p-31 && directions.largest <= 1,
      "no product overflows, underflows or is NaN");
}

}  // namespace exhaustive
