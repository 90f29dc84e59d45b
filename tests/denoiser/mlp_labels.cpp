// SPDX-License-Identifier: MIT
// An Mlp that is told classes: what a label does, its gradient, and mistakes.
#include "support/values.hpp"
#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace iddpm;
using test::from_values, test::set_values, test::values;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using Net = Mlp<double, Exec>;
using Vector = Tensor<double, 1, Exec>;
using Matrix = Tensor<double, 2, Exec>;
using Labels = Tensor<int, 1, Exec>;
using Numbers = std::vector<double>;

constexpr MlpOptions plain{12, 24, 40, 2, 16, 20, 4};
constexpr std::size_t classes = 4, embedding = 20;

constexpr MlpOptions labelled(MlpOptions options, int labels) {
  options.labels = labels;
  return options;
}

Matrix normals(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  const Matrix x("x", rows, columns);
  fill_normal(Exec{}, NoiseStream{.seed = seed}.user(0), x);
  return x;
}

// A network that is not new: every parameter is at work.
Net network(const MlpOptions& options = labelled(plain, classes)) {
  const Net net(Exec{}, options, 1);
  auto p = values(net.parameters());
  const auto noise = values(normals(1, p.size(), 7));
  for (std::size_t e = 0; e < p.size(); ++e) p[e] += 0.2 * noise[e];
  set_values(net.parameters(), p);
  return net;
}

Labels labels_of(const Numbers& list) { return from_values<int>(list); }

Vector timesteps(std::size_t samples) {
  Numbers t(samples);
  for (std::size_t i = 0; i < samples; ++i) t[i] = 3.3 * static_cast<double>(i % 7);
  return from_values<double>(t);
}

Numbers evaluate(const Net& net, const Matrix& x) {
  const Matrix y("y", x.extent(0), 2 * x.extent(1));
  net(Exec{}, x, timesteps(x.extent(0)), y);
  return values(y);
}

Numbers gradient_of(Net net, const Matrix& x, const Matrix& d_output) {
  const Vector gradient("gradient", net.parameters().extent(0));
  net.forward(Exec{}, x, timesteps(x.extent(0)), Matrix("y", x.extent(0), 2 * x.extent(1)));
  net.backward(Exec{}, d_output, gradient);
  return values(gradient);
}

// The same bits of `count` numbers from each offset on.
bool same(const Numbers& a, std::size_t from_a, const Numbers& b, std::size_t from_b,
          std::size_t count) {
  return std::equal(a.data() + from_a, a.data() + from_a + count, b.data() + from_b);
}

std::size_t row(std::size_t label) { return parameter_count(plain) + embedding * label; }

}  // namespace

TEST_CASE("an Mlp with labels is what guidance and the trainer need") {
  static_assert(LabelledDenoiser<Net, Exec>, "role");
  static_assert(Denoiser<decltype(network().with_labels(Labels())), Exec, Matrix, Vector, Matrix>,
                "role");
}

TEST_CASE("a label's row is added inside the embedding's silu, worked by hand") {
  const MlpOptions options = labelled({1, 2, 2, 1, 2, 1, 1}, 2);
  const Net net(Exec{}, options, 1);
  const detail::MlpLayout layout(options);
  Numbers p(net.parameters().extent(0));
  p[layout.modulation.weight.offset + layout.head.skip(0)] = 1;  // the output is silu(sum) x
  p[layout.time_out.bias.offset] = 0.5;                          // the timestep's part of the sum
  p[layout.label_rows.offset + 0] = 0.5;
  p[layout.label_rows.offset + 1] = 1.5;
  p[layout.label_rows.offset + 2] = -1.5;  // no label
  set_values(net.parameters(), p);
  const Matrix x("x", 3, 1);
  Kokkos::deep_copy(x, 2.0);
  // silu(1) = 0.7310585786300049, silu(2) = 1.7615941559557649, silu(-1) = -0.2689414213699951
  const auto told = evaluate(net.with_labels(labels_of({1, -1, 0})), x),
             untold = evaluate(net, x);  // (3, 2)
  CHECK(told[0] == doctest::Approx(2 * 1.7615941559557649).epsilon(1e-14));
  CHECK(told[2] == doctest::Approx(2 * -0.2689414213699951).epsilon(1e-14));
  CHECK(told[4] == doctest::Approx(2 * 0.7310585786300049).epsilon(1e-14));
  for (std::size_t i = 0; i < 3; ++i) CHECK(untold[2 * i] == told[2]);
}

TEST_CASE("labels are more parameters behind the others, which begin as they do without") {
  const Net without(Exec{}, plain, 5), with(Exec{}, labelled(plain, classes), 5);
  REQUIRE(parameter_count(labelled(plain, classes)) == row(classes + 1));
  const auto p = values(with.parameters());
  CHECK(same(values(without.parameters()), 0, p, 0, row(0)));
  const Matrix drawn("noise", 1, row(classes + 1));
  fill_normal(Exec{}, NoiseStream{.seed = 5}.weights(0), drawn);
  const auto noise = values(drawn);
  for (std::size_t e = row(0); e < row(classes + 1); ++e)
    CHECK(p[e] == doctest::Approx(0.4 * noise[e]).epsilon(1e-14));
}

TEST_CASE("labels whose rows are zero change no bit") {
  const Net without = network(plain), with = network();
  Kokkos::deep_copy(Kokkos::subview(with.parameters(), std::pair{row(0), row(classes + 1)}), 0.0);
  const Net told = with.with_labels(labels_of({3, -1, 0, 0, 1}));
  const Matrix x = normals(5, 12, 8), y = normals(5, 24, 9);
  CHECK(same(evaluate(without, x), 0, evaluate(told, x), 0, 5 * 24));
  CHECK(same(gradient_of(without, x, y), 0, gradient_of(told, x, y), 0, row(0)));
}

TEST_CASE("backward is the gradient of every label's row") {
  // Eleven samples are not whole groups of eight; no sample is of class 1.
  const Net net = network().with_labels(labels_of({0, 2, -1, 0, 2, 2, -1, 3, 0, 2, -1}));
  const Matrix x = normals(11, 12, 8), weights = normals(11, 24, 9);
  const auto p = values(net.parameters()), w = values(weights),
             gradient = gradient_of(net, x, weights);
  const auto loss = [&](std::size_t e, double value) {
    const auto parameter = Kokkos::subview(net.parameters(), e);
    Kokkos::deep_copy(parameter, value);
    const auto y = evaluate(net, x);
    Kokkos::deep_copy(parameter, p[e]);
    return std::inner_product(y.begin(), y.end(), w.begin(), 0.0);
  };
  for (std::size_t e = row(0); e < row(classes + 1); ++e) {
    const double slope = (loss(e, p[e] + 1e-5) - loss(e, p[e] - 1e-5)) / 2e-5;
    CHECK(gradient[e] == doctest::Approx(slope).epsilon(1e-6));
  }
  for (std::size_t e = row(1); e < row(2); ++e) CHECK(gradient[e] == 0);
  CHECK(std::abs(gradient[row(0)]) > 1e-3);
}

TEST_CASE("a label's gradient is a sum in the samples' order, as a bias's is") {
  const Matrix x = normals(150, 12, 8), y = normals(150, 24, 9);
  const Labels ones("ones", 150);
  Kokkos::deep_copy(ones, 1);
  const auto gradient = gradient_of(network().with_labels(ones), x, y);
  const auto bias = detail::MlpLayout(plain).time_out.bias.offset;
  CHECK(same(gradient, row(1), gradient, bias, embedding));
  CHECK(same(gradient, 0, gradient_of(network().with_labels(ones), x, y), 0, gradient.size()));
}

TEST_CASE("samples with and without labels in one batch have the bits of two") {
  const Net net = network();
  const Matrix x = normals(21, 12, 8), twice("twice", 42, 12);
  for (const int half : {0, 1})
    Kokkos::deep_copy(Kokkos::subview(twice, std::pair{21 * half, 21 * (half + 1)}, Kokkos::ALL),
                      x);
  Numbers labels(42, -1);
  for (std::size_t i = 0; i < 21; ++i) labels[i] = static_cast<double>(i % classes);
  const auto both = evaluate(net.with_labels(labels_of(labels)), twice), untold = evaluate(net, x);
  labels.resize(21);
  CHECK(same(both, 0, evaluate(net.with_labels(labels_of(labels)), x), 0, 21 * 24));
  CHECK(same(both, 21 * 24, untold, 0, 21 * 24));
  CHECK(!same(both, 0, untold, 0, 24));
}

TEST_CASE("labels are any View of int, read at every call; backward keeps the forward's") {
  Net net = network();
  const Matrix x = normals(3, 12, 8), y = normals(3, 24, 9), out("out", 3, 24);
  const Labels labels = labels_of({2, -1, 0});
  const auto expected = evaluate(net.with_labels(labels), x);
  const Tensor<const int, 1, Exec> constant = labels;
  const Kokkos::View<int**, Kokkos::LayoutRight, Exec> table("table", 3, 5);
  Kokkos::deep_copy(Kokkos::subview(table, Kokkos::ALL, 3), labels);
  CHECK(same(evaluate(net.with_labels(constant), x), 0, expected, 0, 72));
  CHECK(same(evaluate(net.with_labels(Kokkos::subview(table, Kokkos::ALL, 3)), x), 0, expected, 0,
             72));
  const auto kept = gradient_of(net.with_labels(labels), x, y);
  const Vector gradient("g", kept.size());
  Net told = net.with_labels(labels_of({1, 1, 1})).with_labels(labels).with(net.parameters());
  told.forward(Exec{}, x, timesteps(3), out);
  CHECK(values(out) == expected);
  Kokkos::deep_copy(labels, 3);
  net.backward(Exec{}, y, gradient);
  CHECK(values(gradient) == kept);
  CHECK(!same(evaluate(told, x), 0, expected, 0, 72));
}

TEST_CASE("a label that is no class makes its sample NaN" * doctest::skip(checks_values)) {
  const Net net = network();
  const Matrix x = normals(4, 12, 8);
  const auto untold = evaluate(net, x);
  for (const int label :
       {4, -2, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    const auto y = evaluate(net.with_labels(labels_of({-1, double(label), -1, -1})), x);
    for (std::size_t e = 0; e < 24; ++e) CHECK(std::isnan(y[24 + e]));
    CHECK(same(y, 0, untold, 0, 24));
    CHECK(same(y, 48, untold, 48, 48));
  }
}

TEST_CASE("an empty batch has no labels, and a gradient of zero") {
  const auto gradient =
      gradient_of(network().with_labels(Labels()), Matrix("x", 0, 12), Matrix("y", 0, 24));
  CHECK(gradient == Numbers(gradient.size()));
}

TEST_CASE("labels that do not fit are refused") {
  using I = std::invalid_argument;
  Net net = network();
  const Matrix x = normals(3, 12, 8), y("y", 3, 24);
  Net told = net.with_labels(labels_of({0, 1}));
  CHECK_THROWS_WITH_AS(parameter_count(labelled(plain, -1)),
                       "Mlp: labels must be at least 0; got -1", I);
  CHECK_THROWS_WITH_AS(network(plain).with_labels(labels_of({0})),
                       "Mlp::with_labels: MlpOptions::labels must be at least 1; got 0", I);
  CHECK_THROWS_WITH_AS(told(Exec{}, x, timesteps(3), y),
                       "Mlp: labels must hold one value per sample (3); got 2", I);
  CHECK_THROWS_WITH_AS(told.forward(Exec{}, x, timesteps(3), y),
                       "Mlp::forward: labels must hold one value per sample (3); got 2", I);
}
