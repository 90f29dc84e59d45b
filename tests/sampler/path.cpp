// SPDX-License-Identifier: MIT
#include <iddpm/sampler/path.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace iddpm;

namespace {

// alpha_bar = 4/5, 1/2, 1/5, 1/10: S = 1/2, 1, 2, 3.
NoiseLevels levels() {
  return NoiseLevels(make_coefficients(schedule::Custom({0.2, 0.375, 0.6, 0.5})));
}

constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a noise level is what is worked by hand, at x_0 too") {
  const NoiseLevels of = levels();
  const NoiseLevel first = noise_level(of, 0);
  CHECK(first.alpha == doctest::Approx(std::sqrt(0.8)));
  CHECK(first.sigma == doctest::Approx(std::sqrt(0.2)));
  CHECK(first.half_log_snr == doctest::Approx(std::log(2.0)));
  CHECK(first.ratio() == doctest::Approx(0.5));
  CHECK(noise_level(of, 3).ratio() == doctest::Approx(3));
  const NoiseLevel x_start = noise_level(of, x_start_time);
  CHECK(x_start.alpha == 1);
  CHECK(x_start.sigma == 0);
  CHECK(x_start.half_log_snr == infinite);
}

TEST_CASE("a path's steps are its growths of lambda, and its levels are found by lambda") {
  const NoiseLevels of = levels();
  const Path path(of, {2, 1, 0, -1});
  CHECK(path.count() == 3);
  CHECK(path[0].t == 2);
  CHECK(path.step(0) == doctest::Approx(std::log(2.0)));
  CHECK(path.step(2) == infinite);
  CHECK(path.at_half_log_snr(0).t == doctest::Approx(1));
  CHECK(path.at_half_log_snr(-std::log(2.0)).alpha == doctest::Approx(std::sqrt(0.2)));
  CHECK_FALSE(path.rises(0));
}

TEST_CASE("history and what is left are counted to the beginning, to x_0, and to a rise") {
  const NoiseLevels of = levels();
  const auto counts = [](const Path& path, auto count) {
    std::vector<int> all;
    for (int k = 0; k < path.count(); ++k) all.push_back(count(path, k));
    return all;
  };
  const auto history = [](const Path& path, int k) { return path.history(k); };
  const auto left = [](const Path& path, int k) { return path.left(k); };
  const Times down{3, 2, 1, 0, -1}, with_jump{3, 2, 1, 2, 1, 0};
  constexpr int many = std::numeric_limits<int>::max();
  CHECK(counts(Path(of, down), history) == std::vector<int>{0, 1, 2, 3});
  CHECK(counts(Path(of, down), left) == std::vector<int>{4, 3, 2, 1});
  CHECK(counts(Path(of, down, 2), history) == std::vector<int>{0, 0, 0, 1});
  CHECK(Path(of, with_jump).rises(2));
  CHECK(counts(Path(of, with_jump), history) == std::vector<int>{0, 1, 2, 0, 1});
  CHECK(counts(Path(of, with_jump), left) == std::vector<int>(5, many));
  CHECK(counts(Path(of, {1, 0, -1, 0, -1}), left) == std::vector<int>{2, 1, many, 1});
}

TEST_CASE("a level without x_0 is not looked back on") {
  const NoiseLevels of(
      make_coefficients(schedule::ZeroTerminalSnr{schedule::Custom({0.2, 0.375, 0.6})}));
  const Path path(of, {2, 1, 0, -1});
  CHECK(path[0].alpha == 0);
  CHECK(path[0].half_log_snr == -infinite);
  CHECK(path[0].ratio() == infinite);
  CHECK(path.history(1) == 0);
  CHECK(path.history(2) == 1);
}
