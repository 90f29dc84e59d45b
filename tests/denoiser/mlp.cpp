// SPDX-License-Identifier: MIT
#include "support/values.hpp"
#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <type_traits>
#include <vector>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultHostExecutionSpace;
using Vector = Tensor<double, 1, Exec>;
using Matrix = Tensor<double, 2, Exec>;
using ByEigen = detail::EigenGemm;
using ByKokkos = detail::KokkosGemm;

constexpr MlpOptions small{6, 12, 8, 2, 4, 5, 3};
constexpr MlpOptions medium{75, 75, 70, 2, 16, 33, 5};

Matrix normals(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  const Matrix x("x", rows, columns);
  fill_normal(Exec{}, NoiseStream{.seed = seed}.user(0), x);
  return x;
}

// A network that is not new: every parameter is at work.
template <class Gemm>
Mlp<double, Exec, Gemm> network(const MlpOptions& options) {
  const Mlp<double, Exec, Gemm> net(Exec{}, options, 1);
  const auto p = net.parameters();
  const Matrix noise = normals(1, p.extent(0), 7);
  for (std::size_t e = 0; e < p.extent(0); ++e) p(e) += 0.2 * noise(0, e);
  return net;
}

Vector timesteps(std::size_t samples) {
  const Vector t("t", samples);
  for (std::size_t i = 0; i < samples; ++i) t(i) = 3.3 * static_cast<double>(i);
  return t;
}

template <class Net>
Matrix evaluate(const Net& net, const Matrix& x, std::size_t outputs) {
  const Matrix y("y", x.extent(0), outputs);
  net(Exec{}, x, timesteps(x.extent(0)), y);
  Exec{}.fence();
  return y;
}

// The network as its formula says, one sample at a time.
struct Reference {
  const MlpOptions& options;
  const Vector& p;
  detail::MlpLayout layout{options};
  using V = std::vector<double>;

  V product(const V& x, const detail::Segment& s) const {
    V y(s.columns);
    for (std::size_t i = 0; i < s.rows; ++i)
      for (std::size_t j = 0; j < s.columns; ++j) y[j] += x[i] * p(s.offset + i * s.columns + j);
    return y;
  }
  V linear(const V& x, const detail::LinearSegments& layer) const {
    V y = product(x, layer.weight);
    for (std::size_t j = 0; j < y.size(); ++j) y[j] += p(layer.bias.offset + j);
    return y;
  }
  static V silu(V x) {
    for (double& v : x) v /= 1 + std::exp(-v);
    return x;
  }
  static V norm(V x) {
    double mean = 0, square = 0;
    for (const double v : x) mean += v / static_cast<double>(x.size());
    for (const double v : x) square += (v - mean) * (v - mean) / static_cast<double>(x.size());
    for (double& v : x) v = (v - mean) / std::sqrt(square + 1e-5);
    return x;
  }
  V operator()(const V& x, double t) const {
    const auto half = static_cast<std::size_t>(options.time_features) / 2;
    V features(2 * half);
    for (std::size_t j = 0; j < half; ++j) {
      const double angle = t * std::pow(1e4, -static_cast<double>(j) / static_cast<double>(half));
      features[j] = std::cos(angle);
      features[half + j] = std::sin(angle);
    }
    const V e = silu(linear(silu(linear(features, layout.time_in)), layout.time_out));
    const V modulation = linear(e, layout.modulation);
    V h = linear(x, layout.input);
    for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
      V u = product(norm(h), layout.blocks[b].first);
      for (std::size_t j = 0; j < u.size(); ++j)
        u[j] = (1 + modulation[2 * u.size() * b + j]) * u[j] +
               modulation[2 * u.size() * b + u.size() + j];
      const V branch = linear(silu(u), layout.blocks[b].second);
      for (std::size_t j = 0; j < h.size(); ++j) h[j] += branch[j];
    }
    return head(x, linear(norm(h), layout.output), modulation);
  }
  V head(const V& x, const V& z, const V& modulation) const {
    const auto& at = layout.head;
    V out(at.outputs * x.size());
    for (std::size_t c = 0; c < at.outputs; ++c)
      for (std::size_t e = 0; e < x.size(); ++e) {
        double& y = out[c * x.size() + e] = modulation[at.skip(c)] * x[e];
        for (std::size_t k = 0; k < at.units; ++k) {
          const double u = modulation[at.gain(k)] * x[e] + modulation[at.offset(k)] +
                           modulation[at.map(0, k)] * z[e] +
                           modulation[at.map(1, k)] * z[x.size() + e];
          y += modulation[at.output(c, k)] * u * std::exp(-u * u / 2);
        }
      }
    return out;
  }
};

// The gradient of one network, made on any backend.
template <class Device, class Gemm>
std::vector<double> gradient_on() {
  const auto there = [](const auto& view) {
    return Kokkos::create_mirror_view_and_copy(typename Device::memory_space{}, view);
  };
  Mlp<double, Device, Gemm> net(Device{}, medium, 1);
  Kokkos::deep_copy(net.parameters(), network<ByKokkos>(medium).parameters());
  const Tensor<double, 1, Device> gradient("gradient", parameter_count(medium));
  net.forward(Device{}, there(normals(70, 75, 8)), there(timesteps(70)),
              Tensor<double, 2, Device>("y", 70, 75));
  net.backward(Device{}, there(normals(70, 75, 9)), gradient);
  return test::values(gradient);
}

}  // namespace

TEST_CASE("an Mlp is a trainable denoiser") {
  using Images = Tensor<float, 4, Exec>;
  static_assert(Denoiser<Mlp<float, Exec>, Exec, Images, Tensor<float, 1, Exec>, Images>, "role");
  static_assert(TrainableDenoiser<Mlp<float, Exec>, Exec, Images>, "role");
}

TEST_CASE("the parameters are counted") {
  // time 4 5 + 5, 5 5 + 5; modulation of 2 2 8 + 6 3 + 2 = 52 columns 6 52; input 7 8;
  // blocks 2 (2 64 + 8); output 9 12
  CHECK(parameter_count(small) == 25 + 30 + 312 + 56 + 272 + 108);
  CHECK(parameter_count({.data_size = 256, .output_size = 512}) <= 3'100'000);
}

TEST_CASE("a new network is a function of its seed, with output zero") {
  const Mlp<double, Exec> net(Exec{}, small, 1), twin(Exec{}, small, 1), other(Exec{}, small, 2);
  bool same = true, differ = false;
  for (std::size_t e = 0; e < parameter_count(small); ++e) {
    same = same && net.parameters()(e) == twin.parameters()(e);
    differ = differ || net.parameters()(e) != other.parameters()(e);
  }
  CHECK(same);
  CHECK(differ);
  const Matrix y = evaluate(net, normals(3, 6, 8), 12);
  for (std::size_t e = 0; e < 36; ++e) CHECK(y.data()[e] == 0);
}

TEST_CASE("the head alone is a function of each element, worked by hand") {
  const MlpOptions options{1, 1, 2, 1, 2, 1, 1};
  const Mlp<double, Exec> net(Exec{}, options, 1);
  const detail::MlpLayout layout(options);
  Kokkos::deep_copy(net.parameters(), 0.0);
  const auto bias = [&](std::size_t column) -> double& {
    return net.parameters()(layout.modulation.bias.offset + column);
  };
  bias(layout.head.gain(0)) = 2;
  bias(layout.head.offset(0)) = 0.5;
  bias(layout.head.output(0, 0)) = 3;
  bias(layout.head.skip(0)) = 0.25;
  const Matrix x("x", 1, 1);
  x(0, 0) = 0.25;
  // u = 1: 0.0625 + 3 e^-0.5
  CHECK(evaluate(net, x, 1)(0, 0) == doctest::Approx(0.0625 + 3 * 0.6065306597126334));
}

TEST_CASE_TEMPLATE("the network is its formula", Gemm, ByEigen, ByKokkos) {
  for (const MlpOptions& options : {small, medium}) {
    const auto net = network<Gemm>(options);
    const auto data = static_cast<std::size_t>(options.data_size);
    const Matrix x = normals(7, data, 8);
    const Matrix y = evaluate(net, x, static_cast<std::size_t>(options.output_size));
    const Reference reference{options, net.parameters()};
    for (std::size_t i = 0; i < 7; ++i) {
      const auto expected = reference({&x(i, 0), &x(i, 0) + data}, timesteps(7)(i));
      for (std::size_t e = 0; e < expected.size(); ++e)
        CHECK(y(i, e) == doctest::Approx(expected[e]).epsilon(1e-10));
    }
  }
}

TEST_CASE_TEMPLATE("backward is the gradient of every parameter", Gemm, ByEigen, ByKokkos) {
  for (const int outputs : {6, 12}) {
    MlpOptions options = small;
    options.output_size = outputs;
    auto net = network<Gemm>(options);
    const auto columns = static_cast<std::size_t>(outputs);
    const Matrix x = normals(7, 6, 8), weights = normals(7, columns, 9), y("y", 7, columns);
    const Vector p = net.parameters(), gradient("gradient", p.extent(0));
    net.forward(Exec{}, x, timesteps(7), y);
    net.backward(Exec{}, weights, gradient);
    Exec{}.fence();
    const auto loss = [&](std::size_t e, double value) {
      const double kept = p(e);
      p(e) = value;
      const Matrix out = evaluate(net, x, columns);
      p(e) = kept;
      double sum = 0;
      for (std::size_t k = 0; k < out.size(); ++k) sum += out.data()[k] * weights.data()[k];
      return sum;
    };
    for (std::size_t e = 0; e < p.extent(0); ++e) {
      const double slope = (loss(e, p(e) + 1e-5) - loss(e, p(e) - 1e-5)) / 2e-5;
      CHECK(gradient(e) == doctest::Approx(slope).epsilon(1e-6));
    }
  }
}

TEST_CASE("all ways to multiply matrices agree in the gradient, on the default backend too") {
  using Default = Kokkos::DefaultExecutionSpace;
  const auto by_eigen = gradient_on<Exec, ByEigen>();
  const auto check = [&](const std::vector<double>& other) {
    double worst = 0, largest = 0;
    for (std::size_t e = 0; e < by_eigen.size(); ++e) {
      worst = std::max(worst, std::abs(by_eigen[e] - other[e]));
      largest = std::max(largest, std::abs(by_eigen[e]));
    }
    CHECK(worst < 1e-11 * largest);
  };
  check(gradient_on<Exec, ByKokkos>());
  check(gradient_on<Default, detail::DefaultGemm<Default>>());
}
