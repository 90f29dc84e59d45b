// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/gaussian/decoder/levels.hpp>
#include <iddpm/gaussian/decoder/tanh.hpp>
#include <iddpm/gaussian/decoder/tanh_floored.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>

using namespace iddpm;
using decoder::Levels;
using decoder::OutOfRange;

namespace {

bool same(const auto& one, const auto& other) {
  return one.value == other.value && one.d_mean == other.d_mean &&
         one.d_log_scale == other.d_log_scale;
}

}  // namespace

TEST_CASE_TEMPLATE("by default the bins are the reference's: half-width 1 / 255, open past 0.999",
                   R, float, double) {
  const Levels levels;
  CHECK(static_cast<R>(levels.half_width()) == R(1) / R(255));
  const R top = R(0.999), bottom = R(-0.999);
  CHECK(!levels.bin(top).is_highest);
  CHECK(levels.bin(std::nextafter(top, R(2))).is_highest);
  CHECK(!levels.bin(bottom).is_lowest);
  CHECK(levels.bin(std::nextafter(bottom, R(-2))).is_lowest);
  CHECK(!levels.bin(R(1)).is_lowest);
  CHECK(levels.bin(R(0.3)).x == R(0.3));
}

TEST_CASE_TEMPLATE("256 levels in [-1, 1] are the default, bit for bit", D, decoder::Tanh,
                   decoder::TanhFloored, decoder::Erf) {
  for (const float x : {-1.0f, -0.999f, -0.9991f, 0.1f, 0.999f, 1.0f})
    CHECK(same(D{}(x, 0.2f, -2.5f), D(256, -1, 1)(x, 0.2f, -2.5f)));
}

TEST_CASE("levels in any range: the bins touch, and the outer levels' are open") {
  const Levels levels(5, 10, 18);
  CHECK(levels.half_width() == 1);
  CHECK(levels.bin(10.0).is_lowest);
  CHECK(!levels.bin(12.0).is_lowest);
  CHECK(!levels.bin(16.0).is_highest);
  CHECK(levels.bin(18.0).is_highest);
  const Levels two(2, 0, 1);
  CHECK(two.bin(0.0f).is_lowest);
  CHECK(!two.bin(0.0f).is_highest);
  CHECK(two.bin(1.0f).is_highest);
}

TEST_CASE_TEMPLATE("x more than half a bin outside the range becomes NaN, visibly", D,
                   decoder::Tanh, decoder::TanhFloored, decoder::Erf) {
  const D decoder(5, 10, 18);
  for (const double x : {8.99, 19.01, -1e300, 1e300, std::numeric_limits<double>::infinity()}) {
    const auto found = decoder(x, 14.0, 0.0);
    CHECK(std::isnan(found.value));
    CHECK(std::isnan(found.d_mean));
    CHECK(std::isnan(found.d_log_scale));
    CHECK(std::isnan(decoder(static_cast<float>(x), 14.0f, 0.0f).value));
  }
  for (const double x : {9.0, 9.5, 18.5, 19.0}) CHECK(std::isfinite(decoder(x, 14.0, 0.0).value));
  CHECK(std::isnan(decoder(std::nan(""), 14.0, 0.0).value));
  CHECK(std::isnan(decoder(12.0, std::nan(""), 0.0).value));
  CHECK(std::isnan(decoder(12.0, 14.0, std::nan("")).value));
}

TEST_CASE_TEMPLATE("x outside the range is the nearest level where that is asked for", D,
                   decoder::Tanh, decoder::TanhFloored, decoder::Erf) {
  const D decoder(5, 10, 18, OutOfRange::nearest);
  for (const double x : {10.0, 9.9, 5.0, -1e300})
    CHECK(same(decoder(x, 12.0, 0.5), D(5, 10, 18)(10.0, 12.0, 0.5)));
  for (const double x : {18.0, 18.1, 25.0, 1e300})
    CHECK(same(decoder(x, 17.0, 0.5), D(5, 10, 18)(18.0, 17.0, 0.5)));
  CHECK(same(decoder(14.0, 12.0, 0.5), D(5, 10, 18)(14.0, 12.0, 0.5)));
  CHECK(std::isnan(decoder(std::nan(""), 14.0, 0.0).value));
}

TEST_CASE("the data that is not refused lies half a bin around the range, or anywhere") {
  const decoder::Tanh refuses(5, 10, 18), nearest(5, 10, 18, OutOfRange::nearest);
  CHECK(refuses.lowest_data() == 9);
  CHECK(refuses.highest_data() == 19);
  CHECK(nearest.lowest_data() == -HUGE_VAL);
  CHECK(nearest.highest_data() == HUGE_VAL);
}

TEST_CASE("levels that make no bins are refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(decoder::Tanh(1, -1, 1), "Levels: levels must be at least 2; got 1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(decoder::Erf(256, -infinity, 1), "Levels: low must be finite; got -inf",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(decoder::TanhFloored(256, 1, 1),
                       "Levels: high must be finite and above low; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Levels(256, 0, infinity),
                       "Levels: high must be finite and above low; got inf", std::invalid_argument);
}

TEST_CASE_TEMPLATE("a decoder is copied to a device as it is", D, decoder::Tanh,
                   decoder::TanhFloored, decoder::Erf) {
  static_assert(Decoder<D>, "what bits_per_dim and the losses take");
  CHECK(std::is_trivially_copyable_v<D>);
  CHECK(!Decoder<Levels>);
}
