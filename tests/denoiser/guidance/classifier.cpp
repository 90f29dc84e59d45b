// SPDX-License-Identifier: MIT
#include "support/affine_net.hpp"
#include "support/gaussian_data.hpp"
#include "support/ranks.hpp"
#include "support/sixteen_bits.hpp"
#include <iddpm/denoiser/guidance/classifier.hpp>
#include <iddpm/denoiser/guidance/classifier_free.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace iddpm;
using test::AffineNet;
using test::Exec;
using test::values;

namespace {

// g = gain x + offset, for x_0 ~ N(0, s^2) and y = x_0 + tau n, from alpha_bar alone: x_0 given x_t
// is N(sqrt(A) s^2 x_t / v, s^2 (1 - A) / v), so y given x_t is that with tau^2 added.
struct Observation {
  double y = 0.7, tau = 0.4;
  test::GaussianData data = {};

  [[nodiscard]] double spread(const Coefficients<double>& c) const {
    return tau * tau + data.s * data.s * (1 - c.alpha_bar) / data.v(c);
  }
  [[nodiscard]] double gradient(const Coefficients<double>& c, double x) const {
    const double gain = std::sqrt(c.alpha_bar) * data.s * data.s / data.v(c);
    return gain * (y - gain * x) / spread(c);
  }

  // The network's best output where x_0 is N(m, s'^2), the posterior: x_0 = m + s' n.
  [[nodiscard]] double posterior_x_start(const Coefficients<double>& c, double x) const {
    const double s2 = data.s * data.s, m = s2 * y / (s2 + tau * tau);
    const test::GaussianData posterior{std::sqrt(s2 * tau * tau / (s2 + tau * tau))};
    return m + posterior.x_start(c) * (x - std::sqrt(c.alpha_bar) * m);
  }
};

// An elementwise function of x_t as a denoiser or a gradient; host tests, so a host loop.
template <class F>
auto elementwise(F f) {
  return [f](const Exec& exec, const auto& x, const auto&, const auto& out,
             const Coefficients<double>& row) {
    using X = std::decay_t<decltype(x)>;
    exec.fence();
    const auto from = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
    const auto to = Kokkos::create_mirror_view(out);
    for (std::size_t i = 0; i < from.size(); ++i)
      to.data()[i] = static_cast<value_t<X>>(f(row, static_cast<double>(from.data()[i])));
    Kokkos::deep_copy(out, to);
  };
}

// What a mean type's network says where its x_0 is x_start: outputs are affine in x_0.
template <class Mean>
double output_for(const Coefficients<double>& c, double x_t, double x_start) {
  return (x_start - Mean::x_start(c, x_t, 0.0)) / Mean::x_start_slope(c);
}

template <class Mean>
double worst_error(const std::vector<Coefficients<double>>& rows) {
  const Observation observed;
  const auto guided = guidance::classifier<Mean>(
      elementwise([&](const auto& c, double x) {
        return output_for<Mean>(c, x, observed.data.x_start(c) * x);
      }),
      elementwise([&](const auto& c, double x) { return observed.gradient(c, x); }));
  const auto x = test::normals<double>(3);
  const auto out = test::normals<double>(4);
  const auto given = values(x);
  double worst = 0;
  for (const auto& row : rows) {
    guided(Exec{}, x, test::from_values<double>(std::vector(5, row.timestep)), out, row);
    const auto outputs = values(out);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const double expected =
          output_for<Mean>(row, given[i], observed.posterior_x_start(row, given[i]));
      worst = std::max(worst, std::abs(outputs[i] - expected) / std::max(1.0, std::abs(expected)));
    }
  }
  return worst;
}

struct Ones {
  template <class X, class T>
  void operator()(const Exec& exec, const X&, const T&, const X& gradient) const {
    Kokkos::deep_copy(exec, gradient, 1.0f);
  }
};

Coefficients<double> hand_row() {
  Coefficients<double> row{};
  row.alpha_bar = 0.36;
  row.sqrt_alpha_bar = 0.6;
  row.one_minus_alpha_bar = 0.64;
  row.sqrt_one_minus_alpha_bar = 0.8;
  row.sqrt_recipm1_alpha_bar = 0.8 / 0.6;
  return row;
}

}  // namespace

TEST_CASE("the factor by hand: A = 0.36, w = 2") {
  const auto factor = [](auto mean) {
    return guidance::classifier<decltype(mean)>(AffineNet{}, Ones{}, 2).factor(hand_row());
  };
  CHECK(factor(mean::Epsilon{}) == doctest::Approx(-1.6).epsilon(1e-15));
  CHECK(factor(mean::StartX{}) == doctest::Approx(1.28 / 0.6).epsilon(1e-15));
  CHECK(factor(mean::Velocity{}) == doctest::Approx(-1.6 / 0.6).epsilon(1e-15));
}

TEST_CASE("a Gaussian observed with noise: the guided output is the posterior's own") {
  const auto rows = make_coefficients(schedule::Cosine{20}, false);
  CHECK(worst_error<mean::Epsilon>(rows) < 1e-12);
  CHECK(worst_error<mean::StartX>(rows) < 1e-12);
  CHECK(worst_error<mean::PreviousX>(rows) < 1e-12);
  CHECK(worst_error<mean::Velocity>(rows) < 1e-12);
}

TEST_CASE("with zero terminal SNR the last step is not guided, the others are") {
  const auto rows = make_coefficients(schedule::ZeroTerminalSnr{schedule::Cosine{10}}, false);
  int calls = 0;
  const auto counted = [&](const Exec& exec, const auto&, const auto&, const auto& gradient) {
    ++calls;
    Kokkos::deep_copy(exec, gradient, 1.0);
  };
  const auto guided = guidance::classifier<mean::Velocity>(AffineNet{}, counted, 3);
  const auto x = test::normals<double>(3), out = test::normals<double>(4);
  const auto plain = test::normals<double>(5);
  const auto t = test::from_values<double>(std::vector(5, 1.0));
  AffineNet{}(Exec{}, x, t, plain);
  REQUIRE(rows.back().alpha_bar == 0);
  guided(Exec{}, x, t, out, rows.back());
  CHECK(values(out) == values(plain));
  CHECK(calls == 0);
  guided(Exec{}, x, t, out, rows[8]);
  CHECK(values(out)[0] ==
        doctest::Approx(values(plain)[0] + guided.factor(rows[8])).epsilon(1e-14));
  CHECK(calls == 1);
  guidance::classifier<mean::Velocity>(AffineNet{}, counted, 0)(Exec{}, x, t, out, rows[8]);
  CHECK(values(out) == values(plain));
  CHECK(calls == 1);
}

TEST_CASE("any rank, batch and storage; the variance part stays") {
  const auto guided = guidance::classifier<mean::Epsilon>(AffineNet{}, Ones{}, 2);
  for_each_rank([&](const auto& x, const auto& out) {
    Kokkos::deep_copy(x, 0.5f);
    guided(Exec{}, x, test::from_values<float>(std::vector(x.extent(0), 7.0)), out, hand_row());
    const auto all = values(out);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const float plain = 0.5f + 0.125f * static_cast<float>(i % 60);
      REQUIRE(all[i] == (i % 60 < 30 ? std::fma(-1.6f, 1.0f, plain) : plain));
    }
  });
  const auto x = test::normals<float16>(1), out = test::normals<float16>(2);
  const auto plain = test::normals<float16>(2);
  const auto t = test::from_values<float>(std::vector(5, 7.0));
  const auto half_ones = [](const Exec& exec, const auto&, const auto&, const auto& gradient) {
    Kokkos::deep_copy(exec, gradient, float16(1.0f));
  };
  guidance::classifier<mean::Epsilon>(AffineNet{}, half_ones, 2)(Exec{}, x, t, out, hand_row());
  AffineNet{}(Exec{}, x, t, plain);
  const auto guided16 = values(out), plain16 = values(plain);
  for (std::size_t i = 0; i < guided16.size(); ++i)
    REQUIRE(guided16[i] == double(float16(std::fma(-1.6f, 1.0f, static_cast<float>(plain16[i])))));
}

TEST_CASE("a guided denoiser needs the row; mistakes are refused with a sentence") {
  using Guided = decltype(guidance::classifier<mean::Epsilon>(AffineNet{}, Ones{}));
  using X = Tensor<float, 3, Exec>;
  using T = Tensor<float, 1, Exec>;
  CHECK(HostRowDenoiser<const Guided&, Exec, X, T, X>);
  CHECK_FALSE(Denoiser<const Guided&, Exec, X, T, X>);
  using Around = guidance::ClassifierFree<Guided, AffineNet>;
  CHECK(HostRowDenoiser<const Around&, Exec, X, T, X>);
  CHECK_FALSE(Denoiser<const Around&, Exec, X, T, X>);
  using I = std::invalid_argument;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(guidance::classifier<mean::Epsilon>(AffineNet{}, Ones{}, nan),
                       "classifier: scale must be finite; got nan", I);
  const Guided guided = guidance::classifier<mean::Epsilon>(AffineNet{}, Ones{});
  CHECK_THROWS_WITH_AS(guided(Exec{}, X("x", 2, 2, 3), T("t", 2), X("out", 2, 3, 3), hand_row()),
                       "classifier: model_output must have the extents of x_t (2, 2, 3), or twice "
                       "its channels; got (2, 3, 3)",
                       I);
}
