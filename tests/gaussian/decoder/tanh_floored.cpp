// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/decoder/tanh.hpp>
#include <iddpm/gaussian/decoder/tanh_floored.hpp>

#include <doctest/doctest.h>
#include <gaussian/decoder/checks.hpp>

#include <cmath>

using namespace iddpm;

TEST_CASE("the probability is the reference's difference of two approximate probabilities") {
  const auto cdf = [](double z) {
    return 0.5 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (z + 0.044715 * z * z * z)));
  };
  const double inverse = std::exp(3.0);
  const auto edge = [&](double x) { return cdf((x - 0.3) * inverse); };
  const decoder::TanhFloored decoder;
  CHECK(decoder(0.25, 0.3, -3.0).value ==
        doctest::Approx(std::log(edge(0.25 + 1 / 255.0) - edge(0.25 - 1 / 255.0))).epsilon(1e-13));
  CHECK(decoder(1.0, 0.3, -3.0).value == doctest::Approx(std::log(1e-12)));
  CHECK(decoder(-1.0, 0.3, -0.5).value ==
        doctest::Approx(std::log(cdf((-1.3 + 1 / 255.0) * std::exp(0.5)))).epsilon(1e-13));
}

TEST_CASE("it is the stable form where the probability is not small, values and derivatives") {
  for (const int levels : {2, 17, 256})
    for (const double x : {-1.0, 0.25, 1.0})
      for (const double mean : {-0.8, 0.3, 0.9}) {
        const auto stable = decoder::Tanh(levels, -1, 1)(x, mean, -0.5),
                   floored = decoder::TanhFloored(levels, -1, 1)(x, mean, -0.5);
        test::check_near(floored.value, stable.value, 1e-10);
        test::check_near(floored.d_mean, stable.d_mean, 1e-10);
        test::check_near(floored.d_log_scale, stable.d_log_scale, 1e-10);
      }
}

TEST_CASE("below 1e-12 it is flat") {
  const auto far = decoder::TanhFloored{}(1.0, -1.0, -4.0);
  CHECK(far.value == doctest::Approx(std::log(1e-12)));
  CHECK(far.d_mean == 0);
  CHECK(far.d_log_scale == 0);
}

TEST_CASE("float inputs are computed with in double") {
  const auto single = decoder::TanhFloored{}(0.25f, 0.3f, -3.0f);
  const auto twice = decoder::TanhFloored{}(0.25, static_cast<double>(0.3f), -3.0);
  CHECK(single.value == static_cast<float>(twice.value));
  CHECK(single.d_mean == static_cast<float>(twice.d_mean));
  CHECK(single.d_log_scale == static_cast<float>(twice.d_log_scale));
}

TEST_CASE("all levels' probabilities sum to 1 but for the floors") {
  test::check_sums<decoder::TanhFloored>([](int levels) { return 1e-12 * levels; });
}

TEST_CASE("the derivatives are those of finite differences above the floor") {
  for (const double x : {-1.0, 0.2, 1.0})
    for (const double mean : {-0.99, 0.2, 0.25})
      test::check_derivatives(decoder::TanhFloored{}, x, mean, -0.5);
}
