// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/slerp.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using iddpm::slerp;
using iddpm::slerp_weights;
using iddpm::Tensor;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using Numbers = std::vector<double>;

constexpr double pi = 3.14159265358979323846;

Numbers normals(std::size_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> normal;
  Numbers values(count);
  for (double& value : values) value = static_cast<double>(normal(engine));
  return values;
}

template <class V>
V filled(const V& view, const Numbers& values) {
  using T = iddpm::value_t<V>;
  const Tensor<T, 2, Kokkos::HostSpace> host("host", view.extent(0), view.size() / view.extent(0));
  for (std::size_t i = 0; i < host.size(); ++i) host.data()[i] = static_cast<T>(values[i]);
  const auto there = Kokkos::create_mirror_view_and_copy(Exec{}, host);
  if constexpr (V::rank() == 2)
    Kokkos::deep_copy(view, there);
  else
    Kokkos::deep_copy(Tensor<T, 2, Exec>(view.data(), host.extent(0), host.extent(1)), there);
  return view;
}

template <class V>
Numbers numbers(const V& view) {
  Exec{}.fence();
  Numbers values;
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
  if constexpr (V::rank() == 2) {
    for (std::size_t i = 0; i < host.extent(0); ++i)
      for (std::size_t e = 0; e < host.extent(1); ++e)
        values.push_back(static_cast<double>(host(i, e)));
  } else {
    for (std::size_t i = 0; i < host.size(); ++i)
      values.push_back(static_cast<double>(host.data()[i]));
  }
  return values;
}

// The formula with the C library's functions, for rows of `size` numbers.
Numbers expected(const Numbers& a, const Numbers& b, const Numbers& w, std::size_t size) {
  Numbers out;
  for (std::size_t i = 0; i < w.size(); ++i) {
    double aa = 0, ab = 0, bb = 0;
    for (std::size_t e = i * size; e < (i + 1) * size; ++e)
      aa += a[e] * a[e], ab += a[e] * b[e], bb += b[e] * b[e];
    const double theta = std::acos(ab / std::sqrt(aa * bb));
    for (std::size_t e = i * size; e < (i + 1) * size; ++e)
      out.push_back((std::sin((1 - w[i]) * theta) * a[e] + std::sin(w[i] * theta) * b[e]) /
                    std::sin(theta));
  }
  return out;
}

double largest_difference(const Numbers& x, const Numbers& y) {
  REQUIRE(x.size() == y.size());
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = std::abs(x[i] - y[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

}  // namespace

TEST_CASE("the weights are those worked by hand") {
  const auto half = slerp_weights(1, 0, 1, 0.5);  // a right angle
  CHECK(half.of_a == doctest::Approx(std::sqrt(0.5)).epsilon(1e-15));
  CHECK(half.of_b == doctest::Approx(std::sqrt(0.5)).epsilon(1e-15));
  // 60 degrees between lengths 2 and 3: sin 40 / sin 60 and sin 20 / sin 60.
  const auto third = slerp_weights(4, 3, 9, 1.0 / 3);
  CHECK(third.of_a == doctest::Approx(std::sin(pi * 2 / 9) / std::sin(pi / 3)).epsilon(1e-14));
  CHECK(third.of_b == doctest::Approx(std::sin(pi / 9) / std::sin(pi / 3)).epsilon(1e-14));
}

TEST_CASE("the weights follow the formula at every angle, and the limit where there is none") {
  for (const double theta : {1e-5, 1e-3, 0.1, 0.5, 0.66, 1.0, 1.57, 2.5, 3.0, 3.14})
    for (const double w : {-0.5, 0.25, 0.75, 1.5}) {
      CAPTURE(theta);
      const auto weights = slerp_weights(1, std::cos(theta), 1, w);
      // The rounding of the cosine is divided by sin^3 near pi, where the weights have their pole.
      const double tolerance = 4e-16 / (theta < 1 ? 1 : std::pow(std::sin(theta), 3)) + 1e-14;
      const double sine = std::sin(theta);
      CHECK(std::abs(weights.of_a - std::sin((1 - w) * theta) / sine) <= tolerance);
      CHECK(std::abs(weights.of_b - std::sin(w * theta) / sine) <= tolerance);
    }
  // Parallel, opposite, zero vectors, and a cosine above 1.
  for (const Numbers& of :
       {Numbers{1, 1, 1}, Numbers{4, -4, 4}, Numbers{0, 0, 1}, Numbers{3, 3.0000001, 3}}) {
    CHECK(slerp_weights(of[0], of[1], of[2], 0.25).of_a == 0.75);
    CHECK(slerp_weights(of[0], of[1], of[2], 0.25).of_b == 0.25);
  }
}

TEST_CASE_TEMPLATE("each sample follows the formula with its own weight, and both ends are exact",
                   R, float, double) {
  constexpr std::size_t samples = 3, size = 2055;  // two blocks of sums and a remainder
  const Numbers a = normals(samples * size, 1), b = normals(samples * size, 2);
  const auto at = filled(Tensor<R, 2, Exec>("a", samples, size), a);
  const auto bt = filled(Tensor<R, 2, Exec>("b", samples, size), b);
  const Tensor<R, 2, Exec> out("out", samples, size);
  const double tolerance = 16 * static_cast<double>(std::numeric_limits<R>::epsilon());

  const Numbers each{0.25, 0, 0.9};
  const Tensor<R, 1, Kokkos::HostSpace> host("w", samples);
  Numbers rounded;
  for (std::size_t i = 0; i < samples; ++i) {
    host(i) = static_cast<R>(each[i]);
    rounded.push_back(static_cast<double>(host(i)));
  }
  slerp(Exec{}, at, bt, Kokkos::create_mirror_view_and_copy(Exec{}, host), out);
  CHECK(largest_difference(numbers(out), expected(a, b, rounded, size)) <= tolerance);

  slerp(Exec{}, at, bt, 0, out);
  CHECK(numbers(out) == a);
  slerp(Exec{}, at, bt, 1.0, out);
  CHECK(numbers(out) == b);
  slerp(Exec{}, at, bt, 0.5, at);  // in place
  CHECK(largest_difference(numbers(at), expected(a, b, {0.5, 0.5, 0.5}, size)) <= tolerance);
}

TEST_CASE("between ends of one length the length is kept, the mean is shorter") {
  constexpr std::size_t size = 64;
  Numbers a = normals(size, 3), b = normals(size, 4);
  double aa = 0, bb = 0;
  for (std::size_t e = 0; e < size; ++e) aa += a[e] * a[e], bb += b[e] * b[e];
  for (double& value : b) value *= std::sqrt(aa / bb);
  const auto at = filled(Tensor<double, 2, Exec>("a", 1, size), a);
  const auto bt = filled(Tensor<double, 2, Exec>("b", 1, size), b);
  const Tensor<double, 2, Exec> out("out", 1, size);
  for (const double w : {0.0, 0.1, 0.5, 0.8, 1.0, 3.0}) {
    slerp(Exec{}, at, bt, w, out);
    double square = 0;
    for (const double value : numbers(out)) square += value * value;
    CHECK(square == doctest::Approx(aa).epsilon(1e-13));
  }
}

TEST_CASE("rank and layout do not matter, and an empty batch is nothing") {
  const Numbers a = normals(5 * 12, 5), b = normals(5 * 12, 6);
  const Tensor<float, 2, Exec> rows("rows", 5, 12);
  slerp(Exec{}, filled(Tensor<float, 2, Exec>("a", 5, 12), a),
        filled(Tensor<float, 2, Exec>("b", 5, 12), b), 0.3, rows);
  const Tensor<float, 4, Exec> images("images", 5, 2, 2, 3);
  slerp(Exec{}, filled(Tensor<float, 4, Exec>("a", 5, 2, 2, 3), a),
        filled(Tensor<float, 4, Exec>("b", 5, 2, 2, 3), b), 0.3, images);
  CHECK(numbers(images) == numbers(rows));
  using Left = Kokkos::View<float**, Kokkos::LayoutLeft, Exec>;
  const Left columns("columns", 5, 12);
  slerp(Exec{}, filled(Left("a", 5, 12), a), filled(Left("b", 5, 12), b), 0.3, columns);
  CHECK(numbers(columns) == numbers(rows));
  const Tensor<float, 2, Exec> none("none", 0, 12);
  CHECK_NOTHROW(slerp(Exec{}, none, none, 0.3, none));
}

TEST_CASE("extents that differ are refused with a sentence") {
  const Tensor<float, 2, Exec> a("a", 2, 3), other("other", 2, 4);
  CHECK_THROWS_WITH(slerp(Exec{}, a, other, 0.5, a),
                    "slerp: b must have the extents of a (2, 3); got (2, 4)");
  CHECK_THROWS_WITH(slerp(Exec{}, a, a, 0.5, other),
                    "slerp: out must have the extents of a (2, 3); got (2, 4)");
  const Tensor<float, 1, Exec> weights("weights", 3);
  CHECK_THROWS_WITH(slerp(Exec{}, a, a, weights, a),
                    "slerp: weight must hold one value per sample (2); got 3");
}
