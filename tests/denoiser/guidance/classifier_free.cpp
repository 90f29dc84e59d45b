// SPDX-License-Identifier: MIT
#include "support/affine_net.hpp"
#include "support/ranks.hpp"
#include "support/sixteen_bits.hpp"
#include <iddpm/denoiser/guidance/classifier_free.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace iddpm;
using guidance::ClassifierFree;
using guidance::ClassifierFreeOptions;
using test::AffineNet;
using test::Exec;
using test::values;

namespace {

constexpr AffineNet one{.gain = 2, .of_time = 0.25}, other{.gain = -1, .of_time = 0.5};

template <class R>
Tensor<R, 3, Exec> batch(std::size_t samples, std::size_t channels) {
  return Tensor<R, 3, Exec>("batch", samples, channels, 3);
}

// What a denoiser makes of x at `timesteps`, (B, channels, 3).
template <class R, class D, class X>
std::vector<double> output_of(const D& denoiser, const X& x, const std::vector<double>& timesteps,
                              std::size_t channels = 4) {
  const auto out = batch<R>(x.extent(0), channels);
  denoiser(Exec{}, x, test::from_values<compute_t<X>>(timesteps), out);
  return values(out);
}

template <class D, class X>
std::vector<double> output_at(const D& denoiser, const X& x, double timestep) {
  const auto out = batch<value_t<X>>(x.extent(0), 4);
  denoiser(Exec{}, x, test::from_values<value_t<X>>(std::vector(x.extent(0), timestep)), out,
           test::row_at(timestep));
  return values(out);
}

double deviation(const std::vector<double>& all, std::size_t begin, std::size_t count) {
  double mean = 0, squares = 0;
  for (std::size_t e = begin; e < begin + count; ++e) mean += all[e] / static_cast<double>(count);
  for (std::size_t e = begin; e < begin + count; ++e) squares += std::pow(all[e] - mean, 2);
  return std::sqrt(squares / static_cast<double>(count));
}

template <class R>
void check_formula() {
  const std::vector<double> t{0, 10, 20, 30, 40};
  const auto x = test::normals<R>(1);
  const auto c = output_of<R>(one, x, t), u = output_of<R>(other, x, t);
  const auto guided = output_of<R>(ClassifierFree{one, other, {.scale = 2.5}}, x, t);
  for (std::size_t i = 0; i < guided.size(); ++i) {
    const bool is_mean = i % 12 < 6;
    const R expected = std::fma(R(2.5), static_cast<R>(c[i]), R(-1.5) * static_cast<R>(u[i]));
    REQUIRE(guided[i] == (is_mean ? static_cast<double>(expected) : c[i]));
  }
}

}  // namespace

TEST_CASE("the guided mean by hand: (1 - 3) 1 + 3 2 = 4") {
  const auto x = batch<double>(1, 2);
  Kokkos::deep_copy(x, 1.0);
  const auto flat = [](double value) {
    return [value](const Exec& exec, const auto&, const auto&, const auto& out) {
      Kokkos::deep_copy(exec, out, value);
    };
  };
  const ClassifierFree guided{flat(2), flat(1), ClassifierFreeOptions{.scale = 3}};
  CHECK(output_of<double>(guided, x, {0}, 2) == std::vector<double>(6, 4));
}

TEST_CASE("the mean part is extrapolated by fma, the variance part is the conditional's") {
  check_formula<float>();
  check_formula<double>();
}

TEST_CASE("w = 1 and w = 0 call one denoiser and are its output to the bit") {
  int calls = 0, other_calls = 0;
  const AffineNet c{2, 0.25, &calls}, u{-1, 0.5, &other_calls};
  const auto x = test::normals<float>(2);
  const std::vector<double> t{0, 1, 2, 3, 4};
  CHECK(output_of<float>(ClassifierFree{c, u}, x, t) == output_of<float>(one, x, t));
  CHECK(calls == 1);
  CHECK(other_calls == 0);
  const ClassifierFree unguided{c, u, {.scale = 0, .rescale = 0.7}};
  CHECK(output_of<float>(unguided, x, t) == output_of<float>(other, x, t));
  CHECK(calls == 1);
  CHECK(other_calls == 1);
}

TEST_CASE("an interval decides per sample, or once where the row is known") {
  int calls = 0;
  const AffineNet u{-1, 0.5, &calls};
  const auto x = test::normals<float>(3);
  const std::vector<double> t{99, 100, 150, 200, 201};
  for (const double scale : {0.0, 4.0})
    for (const double rescale : {0.0, 0.7}) {
      const ClassifierFreeOptions everywhere{.scale = scale, .rescale = rescale};
      ClassifierFreeOptions inside = everywhere;
      inside.interval = {100, 200};
      const auto c = output_of<float>(one, x, t);
      const auto all = output_of<float>(ClassifierFree{one, other, everywhere}, x, t);
      const auto some = output_of<float>(ClassifierFree{one, other, inside}, x, t);
      for (std::size_t i = 0; i < some.size(); ++i)
        REQUIRE(some[i] == (i / 12 >= 1 && i / 12 <= 3 ? all[i] : c[i]));
      for (const double at : t) {
        calls = 0;
        const std::vector<double> uniform(5, at);
        const ClassifierFree guided{one, u, inside};
        CHECK(output_at(guided, x, at) ==
              output_of<float>(ClassifierFree{one, other, inside}, x, uniform));
        CHECK(calls == (at >= 100 && at <= 200 ? 1 : 0));
      }
    }
}

TEST_CASE("the rescaled mean by hand: half way from 2 c to c is 1.5 c") {
  const auto x = batch<double>(1, 1);
  const auto host = Kokkos::create_mirror_view(x);
  for (std::size_t e = 0; e < 3; ++e) host(0, 0, e) = static_cast<double>(e) - 1;
  Kokkos::deep_copy(x, host);
  const auto identity = [](const Exec& exec, const auto& in, const auto&, const auto& out) {
    Kokkos::deep_copy(exec, out, in);
  };
  const auto zero = [](const Exec& exec, const auto&, const auto&, const auto& out) {
    Kokkos::deep_copy(exec, out, 0.0);
  };
  const ClassifierFree guided{identity, zero, ClassifierFreeOptions{.scale = 2, .rescale = 0.5}};
  CHECK(output_of<double>(guided, x, {0}, 1) == std::vector<double>{-1.5, 0, 1.5});
  Kokkos::deep_copy(x, 0.1);  // the guided deviation is 0, and so is the conditional's
  for (const double value : output_of<double>(guided, x, {0}, 1)) CHECK(value == 0.2);
}

TEST_CASE("phi = 1 gives each sample the conditional's deviation, of the mean part only") {
  const auto x = test::normals<float>(4);
  const std::vector<double> t{0, 3, 50, 700, 999};
  const auto c = output_of<float>(one, x, t);
  const auto plain = output_of<float>(ClassifierFree{one, other, {.scale = 6}}, x, t);
  const auto full = output_of<float>(ClassifierFree{one, other, {6, 1}}, x, t);
  const auto part = output_of<float>(ClassifierFree{one, other, {6, 0.3}}, x, t);
  for (std::size_t sample = 0; sample < 5; ++sample)
    CHECK(deviation(full, 12 * sample, 6) ==
          doctest::Approx(deviation(c, 12 * sample, 6)).epsilon(1e-6));
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (i % 12 >= 6)
      REQUIRE(full[i] == c[i]);
    else
      REQUIRE(part[i] == doctest::Approx(0.3 * full[i] + 0.7 * plain[i]).epsilon(1e-6));
  }
}

TEST_CASE("batches of any rank and size, of any layout, in 16 bits") {
  std::vector<double> first;
  const ClassifierFree guided{one, other, {.scale = 3, .rescale = 0.5}};
  for_each_rank([&](const auto& x, const auto& out) {
    Kokkos::deep_copy(x, 0.5f);
    guided(Exec{}, x, test::from_values<float>(std::vector(x.extent(0), 7.0)), out);
    const auto all = values(out);
    if (first.empty()) first = all;
    for (std::size_t i = 0; i < all.size(); ++i) REQUIRE(all[i] == first[i % 60]);
  });

  const auto x = test::normals<float>(5);
  const std::vector<double> t{0, 3, 50, 700, 999};
  const auto row_major = output_of<float>(guided, x, t);
  const Kokkos::View<float***, Kokkos::LayoutLeft, Exec> left("left", 5, 4, 3);
  const auto out = batch<float>(5, 4);
  const auto through = [&](const AffineNet& net) {
    return [&out, net](const Exec& exec, const auto& in, const auto& at, const auto& to) {
      net(exec, in, at, out);
      Kokkos::deep_copy(exec, to, out);
    };
  };
  const ClassifierFree any_layout{through(one), through(other), {.scale = 3, .rescale = 0.5}};
  any_layout(Exec{}, x, test::from_values<float>(t), left);
  Kokkos::deep_copy(out, left);
  CHECK(values(out) == row_major);

  const auto half = batch<float16>(5, 4), c = batch<float16>(5, 4), u = batch<float16>(5, 4);
  const auto at = test::from_values<float>(t);
  ClassifierFree{one, other, {.scale = 3}}(Exec{}, x, at, half);
  one(Exec{}, x, at, c);
  other(Exec{}, x, at, u);
  const auto of_c = values(c), of_u = values(u), of_half = values(half);
  for (std::size_t i = 0; i < of_half.size(); ++i) {
    const float expected =
        std::fma(3.0f, static_cast<float>(of_c[i]), -2.0f * static_cast<float>(of_u[i]));
    REQUIRE(of_half[i] == (i % 12 < 6 ? double(float16(expected)) : of_c[i]));
  }
}

TEST_CASE("a mistake is refused with a sentence") {
  const auto make = [](const ClassifierFreeOptions& options) {
    return ClassifierFree{one, other, options};
  };
  using I = std::invalid_argument;
  CHECK_THROWS_WITH_AS(make({.scale = std::numeric_limits<double>::infinity()}),
                       "ClassifierFree: scale must be finite; got inf", I);
  CHECK_THROWS_WITH_AS(make({.rescale = 1.5}), "ClassifierFree: rescale must be in [0, 1]; got 1.5",
                       I);
  CHECK_THROWS_WITH_AS(make({.interval = {800, 200}}),
                       "ClassifierFree: interval.low must be at most interval.high; got 800", I);
  CHECK_THROWS_WITH_AS(output_of<float>(make({}), test::normals<float>(1), {0, 0, 0, 0, 0}, 3),
                       "ClassifierFree: model_output must have the extents of x_t (5, 2, 3), or "
                       "twice its channels; got (5, 3, 3)",
                       I);
}
