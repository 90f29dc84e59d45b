// SPDX-License-Identifier: MIT
#include "support/gaussian_data.hpp"
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/variational_bound.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using Rows = Tensor<double, 2, Exec>;
using CRow = Coefficients<double>;

const test::GaussianData data;

template <class Mean, class Variance>
using P = GaussianDiffusion<schedule::Cosine, Mean, Variance, loss::Mse, Exec>;

Rows rows(std::initializer_list<std::initializer_list<double>> of) {
  const Rows view("rows", of.size(), of.begin()->size());
  const auto host = Kokkos::create_mirror_view(view);
  std::size_t i = 0;
  for (const auto& row : of) {
    std::copy(row.begin(), row.end(), host.data() + i * row.size());
    ++i;
  }
  Kokkos::deep_copy(view, host);
  return view;
}

// The variance at the end of a chain with the best network, from the sampler's own kernel: a step
// of a linear network is x -> gain x + sigma noise, so x = 1, noise = 0 and x = 0, noise = 1 give
// both numbers of it, without any chance in it.
template <class Process, class S, class Output, class Learned>
double chain_variance(const Process& process, const S& sampler, const Output& output,
                      const Learned& learned) {
  double variance = 1;
  for (int t = process.num_timesteps() - 1; t >= 0; --t) {
    const CRow& c = process.coefficients()[static_cast<std::size_t>(t)];
    const Rows x = rows({{1}, {0}}), noise = rows({{0}, {1}});
    const Rows model_output = Process::output_parts == 2
                                  ? rows({{output(c), learned(c)}, {0, learned(c)}})
                                  : rows({{output(c)}, {0}});
    sampler(Exec{}, process, x, t, model_output, noise, x);
    Exec{}.fence();
    const auto step = golden::values(x);
    variance = step[0] * step[0] * variance + step[1] * step[1];
  }
  return variance;
}

// The same from the closed forms.
template <class Gain, class Sigma2>
double closed_variance(const Gain& gain, const Sigma2& sigma2) {
  const auto table = make_coefficients(schedule::Cosine{1000});
  double variance = 1;
  for (std::size_t t = table.size(); t-- > 0;)
    variance = gain(table[t]) * gain(table[t]) * variance + (t > 0 ? sigma2(table[t]) : 0);
  return variance;
}

const auto eps = [](const CRow& c) { return data.eps(c); };
const auto nothing = [](const CRow&) { return 0.0; };
const sampler::Ancestral<denoised::Identity> ancestral;

}  // namespace

TEST_CASE("the Gaussian chain of every variance type ends at its known variance") {
  const auto near = [](double x) { return doctest::Approx(x).epsilon(2e-6); };
  const schedule::Cosine cosine{1000};
  using E = mean::Epsilon;
  CHECK(chain_variance(P<E, variance::FixedSmall>{cosine}, ancestral, eps, nothing) ==
        near(0.247997));
  CHECK(chain_variance(P<E, variance::FixedLarge>{cosine}, ancestral, eps, nothing) ==
        near(0.250419));
  const auto log_best = [](const CRow& c) { return std::log(data.reverse_variance(c)); };
  CHECK(chain_variance(P<E, variance::Learned>{cosine}, ancestral, eps, log_best) ==
        near(0.249959));
  const auto fraction = [&](const CRow& c) {
    return 2 * (log_best(c) - c.posterior_log_variance_clipped) /
               (std::log(c.beta) - c.posterior_log_variance_clipped) -
           1;
  };
  CHECK(chain_variance(P<E, variance::LearnedRange>{cosine}, ancestral, eps, fraction) ==
        near(0.249959));
}

TEST_CASE("the Gaussian chain is the same for every mean type") {
  const schedule::Cosine cosine{1000};
  const auto x_start = [](const CRow& c) { return data.x_start(c); };
  const auto velocity = [](const CRow& c) { return data.velocity(c); };
  const auto previous_x = [](const CRow& c) { return data.previous_x(c); };
  using Small = variance::FixedSmall;
  const double of_eps = chain_variance(P<mean::Epsilon, Small>{cosine}, ancestral, eps, nothing);
  const auto same = doctest::Approx(of_eps).epsilon(1e-9);
  CHECK(chain_variance(P<mean::StartX, Small>{cosine}, ancestral, x_start, nothing) == same);
  CHECK(chain_variance(P<mean::Velocity, Small>{cosine}, ancestral, velocity, nothing) == same);
  CHECK(chain_variance(P<mean::PreviousX, Small>{cosine}, ancestral, previous_x, nothing) == same);
  CHECK(closed_variance([](const CRow& c) { return data.previous_x(c); },
                        [](const CRow& c) { return c.posterior_variance; }) == same);
}

TEST_CASE("DDIM's Gaussian chain ends at its known variance for eta 0, 1/2 and 1") {
  const P<mean::Epsilon, variance::FixedSmall> process{schedule::Cosine{1000}};
  for (const double eta : {0.0, 0.5, 1.0}) {
    const auto sigma = [&](const CRow& c) { return eta * std::sqrt(c.posterior_variance); };
    const double closed =
        closed_variance([&](const CRow& c) { return data.ddim_gain(c, sigma(c)); },
                        [&](const CRow& c) { return sigma(c) * sigma(c); });
    const double found =
        chain_variance(process, sampler::Ddim{eta, denoised::Identity{}}, eps, nothing);
    CHECK(found == doctest::Approx(closed).epsilon(1e-9));
    if (eta == 0) CHECK(found == doctest::Approx(0.249190).epsilon(2e-6));
    if (eta == 1) CHECK(found == doctest::Approx(0.247997).epsilon(2e-6));
  }
}

TEST_CASE("point data ends at the point, from any noise, and costs nothing on the way") {
  const P<mean::Epsilon, variance::FixedSmall> process{schedule::Cosine{50}};
  const double point = 0.25;
  const auto net = [&](const Exec& exec, const auto& x, const auto& t, const auto& output) {
    exec.fence();
    const auto& c = process.coefficients()[static_cast<std::size_t>(golden::values(t)[0])];
    const auto from = golden::values(x);
    const auto to = Kokkos::create_mirror_view(output);
    for (std::size_t i = 0; i < to.size(); ++i)
      to.data()[i] = (from[i] - c.sqrt_alpha_bar * point) / c.sqrt_one_minus_alpha_bar;
    Kokkos::deep_copy(exec, output, to);
  };
  const auto ends = [&](const auto& sampler) {
    const Rows x("x", 3, 5);
    const NoiseStream noise{.seed = 5};
    fill_normal(Exec{}, noise.initial(), x);
    sample(Exec{}, process, sampler, net, noise, x);
    Exec{}.fence();
    for (const double value : golden::values(x)) CHECK(value == doctest::Approx(point));
  };
  ends(ancestral);
  ends(sampler::Ddim{0, denoised::Identity{}});
  ends(sampler::Ddim{0.7, denoised::Identity{}});
  const Rows x("x", 2, 3), x_start("x_start", 2, 3), output("output", 2, 3);
  const Tensor<double, 1, Exec> bpd("bpd", 2), times("times", 2);
  Kokkos::deep_copy(x_start, point);
  for (const int t : {1, 25, 49}) {
    q_sample(Exec{}, process, x_start, t, NoiseStream{}.user(0), x);
    network_timesteps(Exec{}, process, t, times);
    net(Exec{}, x, times, output);
    vb_terms_bpd(Exec{}, process, x_start, x, t, output, denoised::Identity{}, decoder::Tanh{},
                 bpd);
    Exec{}.fence();
    CHECK(std::abs(golden::values(bpd)[1]) < 1e-12);
  }
}
