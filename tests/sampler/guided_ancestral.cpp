// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/guided_ancestral.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

#include <array>
#include <limits>

using namespace iddpm;

namespace {

using golden::Exec;
using Row = Coefficients<double>;
using Rows = Tensor<double, 2, Exec>;
template <class Variance>
using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, Variance, loss::Mse, Exec>;

// x_0 ~ N(0, s^2), and y = x_0 + tau noise is known: everything is linear in x_t.
constexpr double s2 = 0.25, tau2 = 0.09, y = 0.4;

double v(const Row& c) { return c.alpha_bar * s2 + c.one_minus_alpha_bar; }

struct Line {
  double slope, offset;
};

Line eps(const Row& c) { return {c.sqrt_one_minus_alpha_bar / v(c), 0}; }
// d log p(y | x_t) / d x_t: y given x_t is normal around a x_t.
Line d_log_p(const Row& c) {
  const double a = c.sqrt_alpha_bar * s2 / v(c);
  const double of = a / (tau2 + s2 * c.one_minus_alpha_bar / v(c));
  return {-of * a, of * y};
}

template <class In, class Out>
struct Map {
  In x;
  Out out;
  Line line;
  KOKKOS_FUNCTION void operator()(std::size_t i) const {
    out.data()[i] = static_cast<typename Out::value_type>(
        line.slope * static_cast<double>(x.data()[i]) + line.offset);
  }
};

struct Linear {
  Line (*line)(const Row&);

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& out, const Row& c) const {
    Kokkos::parallel_for("linear", Kokkos::RangePolicy<Exec>(exec, 0, x.size()),
                         Map<X, Output>{x, out, line(c)});
  }
};

// Mean and variance after a chain, without chance: a step is x -> a + b x + c noise, read off from
// three elements.
template <class S, class Process>
std::array<double, 2> chain(const Process& process, const S& sampler) {
  double mean = 0, variance = 1;
  const Rows x("x", 3, 1), noise("noise", 3, 1), output("output", 3, 1);
  const Tensor<double, 1, Exec> t("t", 3);
  for (int at = process.num_timesteps() - 1; at >= 0; --at) {
    const TransitionRow to{process.levels().row(at)};
    const auto set = [](const Rows& of, double a, double b, double c) {
      const auto host = Kokkos::create_mirror_view(of);
      host(0, 0) = a, host(1, 0) = b, host(2, 0) = c;
      Kokkos::deep_copy(of, host);
    };
    set(x, 0, 1, 0);
    set(noise, 0, 0, 1);
    Linear{eps}(Exec{}, x, t, output, to.row);
    sampler(Exec{}, process, x, to, output, noise, x);
    Exec{}.fence();
    const auto step = golden::values(x);
    const double gain = step[1] - step[0], deviation = step[2] - step[0];
    mean = step[0] + gain * mean;
    variance = gain * gain * variance + deviation * deviation;
  }
  return {mean, variance};
}

}  // namespace

TEST_CASE("the chain guided to a noisy observation ends in its posterior, from either gradient") {
  const P<variance::FixedSmall> process{schedule::Cosine{1000}};
  const auto plain = chain(process, sampler::Ancestral{denoised::Identity{}});
  CHECK(plain[0] == 0);
  CHECK(plain[1] == doctest::Approx(0.247997).epsilon(2e-6));
  for (const GradientAt at : {GradientAt::x_t, GradientAt::mean}) {
    const auto end =
        chain(process, sampler::GuidedAncestral{Linear{d_log_p}, 1, at, denoised::Identity{}});
    CHECK(end[0] == doctest::Approx(s2 * y / (s2 + tau2)).epsilon(0.03));
    CHECK(end[1] == doctest::Approx(s2 * tau2 / (s2 + tau2)).epsilon(0.01));
  }
  // Twice the steps, half the distance from it.
  const P<variance::FixedSmall> longer{schedule::Cosine{2000}};
  const sampler::GuidedAncestral guided{Linear{d_log_p}, 1, GradientAt::mean, denoised::Identity{}};
  const double limit = s2 * y / (s2 + tau2);
  CHECK(std::abs(chain(longer, guided)[0] - limit) <
        0.6 * std::abs(chain(process, guided)[0] - limit));
}

TEST_CASE("one step is mean + w variance g + deviation noise, worked by hand") {
  const P<variance::FixedLarge> process{schedule::Cosine{20}};
  const Rows x("x", 1, 1), output("output", 1, 1), noise("noise", 1, 1), out("out", 1, 1);
  Kokkos::deep_copy(x, 0.6);
  Kokkos::deep_copy(output, -0.3);
  Kokkos::deep_copy(noise, 1.5);
  const Linear gradient{[](const Row&) { return Line{2, 1}; }};
  for (const int t : {0, 7, 19}) {
    const TransitionRow to{process.levels().row(t)};
    const Row& c = to.row;
    const double x_0 = (0.6 + 0.3 * std::sqrt(1 - c.alpha_bar)) / std::sqrt(c.alpha_bar);
    const double mean = c.posterior_mean_coef1 * x_0 + c.posterior_mean_coef2 * 0.6;
    const double variance = t > 0 ? c.beta : process.coefficients()[1].posterior_variance;
    const double added = t > 0 ? std::sqrt(variance) * 1.5 : 0;
    for (const GradientAt at : {GradientAt::x_t, GradientAt::mean}) {
      const double g = 2 * (at == GradientAt::mean ? mean : 0.6) + 1;
      const sampler::GuidedAncestral step{gradient, 0.7, at, denoised::Identity{}};
      step(Exec{}, process, x, to, output, noise, out);
      Exec{}.fence();
      CHECK(golden::values(out)[0] ==
            doctest::Approx(mean + 0.7 * variance * g + added).epsilon(1e-12));
    }
  }
}

TEST_CASE("without a gradient, and with FixedSmall at t = 0, it is Ancestral, to the bit") {
  const P<variance::LearnedRange> process{schedule::Cosine{12}};
  const NoiseStream noise{.seed = 4};
  const auto run = [&](const auto& sampler) {
    const Tensor<float, 3, Exec> x("x", 3, 2, 9);
    fill_normal(Exec{}, noise.initial(), x);
    const auto net = [](const Exec& exec, const auto& x_t, const auto&, const auto& out) {
      Kokkos::deep_copy(exec, out, 0.25f);
      Kokkos::deep_copy(exec, Kokkos::subview(out, Kokkos::ALL, 0, Kokkos::ALL),
                        Kokkos::subview(x_t, Kokkos::ALL, 1, Kokkos::ALL));
    };
    sample(Exec{}, process, sampler, net, noise, x);
    Exec{}.fence();
    return golden::values(x);
  };
  const Linear nothing{[](const Row&) { return Line{0, 0}; }};
  const Linear something{[](const Row&) { return Line{0, 1}; }};
  const auto plain = run(sampler::Ancestral{});
  CHECK(run(sampler::GuidedAncestral{nothing, 3.0}) == plain);
  CHECK(run(sampler::GuidedAncestral{something, 0.0, GradientAt::x_t}) == plain);
  CHECK(run(sampler::GuidedAncestral{something, 3.0}) != plain);
}

TEST_CASE("a batch of const is read; a sample that waits is left alone, its x_0 too") {
  const P<variance::FixedLarge> process{schedule::Cosine{20}};
  const Rows x("x", 2, 3), output("output", 2, 3), out("out", 2, 3), x_start("x_start", 2, 3);
  Kokkos::deep_copy(x, 0.6);
  Kokkos::deep_copy(out, 7.0);
  Kokkos::deep_copy(x_start, 7.0);
  const Tensor<double, 1, Exec> starts("starts", 2);  // of the second: below the step's timestep
  Kokkos::deep_copy(Kokkos::subview(starts, 0), 9.0);
  const TransitionRow to{process.levels().row(5), {starts.data(), 5}};
  const Rows::const_type from = x;
  for (const GradientAt at : {GradientAt::x_t, GradientAt::mean})
    sampler::GuidedAncestral{Linear{d_log_p}, 1, at}(Exec{}, process, from, to, output,
                                                     NoiseStream{}.sampler(0), out, x_start);
  Exec{}.fence();
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK((golden::values(out)[i] == 7) == (i >= 3));
    CHECK((golden::values(x_start)[i] == 7) == (i >= 3));
  }
}

TEST_CASE("a scale that is no number is refused with a sentence") {
  CHECK_THROWS_WITH_AS(
      (sampler::GuidedAncestral{Linear{eps}, std::numeric_limits<double>::infinity()}),
      "GuidedAncestral: scale must be finite; got inf", std::invalid_argument);
}
