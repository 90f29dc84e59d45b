// SPDX-License-Identifier: MIT
#pragma once

#include "views/arguments.hpp"
#include <iddpm/gaussian/slerp.hpp>
#include <iddpm/likelihood/prior.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/extract.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/process/posterior.hpp>
#include <iddpm/process/variational_bound.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/linear.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

/// \file
/// Every operation on batches, called on Views of one kind: what it wrote, by name.

namespace test {

using Results = std::vector<std::pair<std::string, std::vector<unsigned char>>>;

/// \tparam X, Out, Output, Noise what the state, results, network outputs and noise are stored in
template <class X, class Out = X, class Output = X, class Noise = X>
struct Stored {
  using x = X;
  using out = Out;
  using output = Output;
  using noise = Noise;
  using number = typename iddpm::Compute<X>::type;
};

template <class Variance>
using ProcessOf = iddpm::GaussianDiffusion<iddpm::schedule::Linear, iddpm::mean::Epsilon, Variance,
                                           iddpm::loss::RescaledMse, Exec>;

/// Of rank 1 a batch has no channels for a learned variance.
template <std::size_t Rank>
auto process() {
  using Variance =
      std::conditional_t<(Rank > 1), iddpm::variance::LearnedRange, iddpm::variance::FixedSmall>;
  return ProcessOf<Variance>{iddpm::schedule::Linear{30}};
}

inline const iddpm::NoiseStream noise_stream{.seed = 5, .first_sample = 3};

template <class T, class Kind, std::size_t Rank>
void forward_operations(const Arguments<Kind, Rank>& a, Results& results) {
  using namespace iddpm;
  const auto add = [&](const char* name, const auto& v) {
    results.emplace_back(name, bytes_of(v));
  };
  const auto diffusion = process<Rank>();
  const auto draw = noise_stream.user(2);
  const auto x_0 = a.template in<typename T::x, 0>(1);
  const auto noise = a.template in<typename T::noise, 3>(2);
  const auto t = a.timesteps();
  const auto one = a.template out<typename T::out, 2>(), two = a.template out<typename T::out, 2>(),
             three = a.template out<typename T::out, 2>();
  const auto state = a.template inout<typename T::x, 0>(3);

  fill_normal(Exec{}, draw, one);
  add("fill_normal", one);
  extract(Exec{}, diffusion, &Coefficients<typename T::number>::sqrt_alpha_bar, t, one);
  add("extract", one);
  q_sample(Exec{}, diffusion, x_0, t, noise, one);
  add("q_sample, a View's noise", one);
  q_sample(Exec{}, diffusion, x_0, 7, draw, one);
  add("q_sample, a draw, one timestep", one);
  q_sample(Exec{}, diffusion, state, t, draw, state);
  add("q_sample in place", state);
  q_mean_variance(Exec{}, diffusion, x_0, t, one, two, three);
  add("q_mean_variance, mean", one);
  add("q_mean_variance, variance", two);
  add("q_mean_variance, log_variance", three);
  q_posterior_mean_variance(Exec{}, diffusion, x_0, state, t, one, {}, two);
  add("q_posterior_mean_variance, mean", one);
  add("q_posterior_mean_variance, log_variance", two);
  const auto weight = a.template column<typename T::number, 1>(
      [](std::size_t b) { return 0.25f * static_cast<float>(b % 5); });
  slerp(Exec{}, x_0, state, weight, one);
  add("slerp", one);
  slerp(Exec{}, state, x_0, 0.3, state);
  add("slerp in place", state);
  const auto bpd = a.template column<typename T::out, 2>([](std::size_t) { return 0.f; });
  prior_bpd(Exec{}, diffusion, x_0, bpd);
  add("prior_bpd", bpd);
  network_timesteps(Exec{}, diffusion, t, bpd);
  add("network_timesteps", bpd);
}

template <class T, class Kind, std::size_t Rank>
void reverse_operations(const Arguments<Kind, Rank>& a, Results& results) {
  using namespace iddpm;
  const auto add = [&](const char* name, const auto& v) {
    results.emplace_back(name, bytes_of(v));
  };
  const auto diffusion = process<Rank>();
  const auto draw = noise_stream.sampler(4);
  const auto x_t = a.template in<typename T::x, 0>(4);
  const auto output = a.template in<typename T::output, 1>(5, diffusion.output_parts);
  const auto noise = a.template in<typename T::noise, 3>(6);
  const auto t = a.timesteps();
  const auto one = a.template out<typename T::out, 2>(), two = a.template out<typename T::out, 2>(),
             three = a.template out<typename T::out, 2>(),
             four = a.template out<typename T::out, 2>();
  const auto state = a.template inout<typename T::x, 0>(7);

  p_mean_variance(Exec{}, diffusion, x_t, t, output, one, two, three, four);
  add("p_mean_variance, mean", one);
  add("p_mean_variance, variance", two);
  add("p_mean_variance, log_variance", three);
  add("p_mean_variance, x_start", four);
  p_sample(Exec{}, diffusion, x_t, t, output, noise, one, two);
  add("p_sample, a View's noise", one);
  add("p_sample, x_start", two);
  p_sample(Exec{}, diffusion, state, 7, output, draw, state);
  add("p_sample in place, a draw, one timestep", state);
  ddim_sample(Exec{}, diffusion, x_t, t, output, 0.5, draw, one, two);
  add("ddim_sample, a draw", one);
  add("ddim_sample, x_start", two);
  ddim_reverse_sample(Exec{}, diffusion, x_t, t, output, one);
  add("ddim_reverse_sample", one);
}

template <class T, class Kind, std::size_t Rank>
void bounds_and_losses(const Arguments<Kind, Rank>& a, Results& results) {
  using namespace iddpm;
  const auto add = [&](const char* name, const auto& v) {
    results.emplace_back(name, bytes_of(v));
  };
  const auto diffusion = process<Rank>();
  const auto x_0 = a.template in<typename T::x, 0>(8);
  const auto x_t = a.template in<typename T::x, 2>(9);
  const auto output = a.template in<typename T::output, 1>(10, diffusion.output_parts);
  const auto gradient = a.template inout<typename T::out, 2>(11, diffusion.output_parts);
  const auto noise = a.template in<typename T::noise, 3>(12);
  const auto t = a.timesteps();
  const auto zero = [](std::size_t) { return 0.f; };
  const auto bpd = a.template column<typename T::out, 2>(zero);
  const auto loss = a.template column<typename T::number, 1>(zero);
  const auto vb = a.template column<typename T::number, 1>(zero);
  const auto weight = a.template column<typename T::number, 1>(
      [](std::size_t b) { return 1 + 0.5f * static_cast<float>(b % 3); });

  vb_terms_bpd(Exec{}, diffusion, x_0, x_t, t, output, bpd);
  add("vb_terms_bpd", bpd);
  const TrainingLosses<std::decay_t<decltype(loss)>> losses{.loss = loss, .vb = vb};
  training_losses(Exec{}, diffusion, x_0, x_t, t, noise, output, weight, losses, gradient);
  add("training_losses, loss", loss);
  add("training_losses, vb", vb);
  add("training_losses, gradient", gradient);
  training_losses(Exec{}, diffusion, x_0, x_t, 9, noise_stream.training(1), output,
                  typename T::number(2), losses, std::decay_t<decltype(gradient)>{});
  add("training_losses without a gradient", loss);
}

template <class T, class Kind, std::size_t Rank>
Results all_operations(const Kind& kind, const Extents<Rank>& extents) {
  const Arguments<Kind, Rank> arguments{kind, extents};
  Results results;
  forward_operations<T>(arguments, results);
  reverse_operations<T>(arguments, results);
  bounds_and_losses<T>(arguments, results);
  return results;
}

inline void check_equal(const Results& results, const Results& expected) {
  REQUIRE(results.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(expected[i].first);
    CHECK(results[i].second == expected[i].second);
  }
}

/// Checks that each operation wrote what it writes into row-major Views, and nothing else.
template <class T, class Kind, std::size_t Rank>
void same_as(const Results& expected, const std::string& name, const Kind& kind,
             const Extents<Rank>& extents) {
  CAPTURE(name);
  CAPTURE(Rank);
  CAPTURE(extents[0]);
  CAPTURE(extents[Rank - 1]);
  check_equal(all_operations<T>(kind, extents), expected);
  CHECK(kind.is_intact());
}

}  // namespace test
