// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/coefficients.hpp"
#include "accuracy/inputs.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process.hpp>
#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/ddim.hpp>
#include <iddpm/sampler/ddim_reverse.hpp>

#include <algorithm>
#include <string>
#include <vector>

/// \file
/// The steps of the process: our numbers from our coefficients, the truth from the exact ones.

namespace accuracy {

using Exec = Kokkos::DefaultHostExecutionSpace;

template <class R>
using Sample = iddpm::Tensor<R, 2, Exec>;

/// One timestep of a schedule with its inputs in type R.
template <class R>
struct Step {
  Step(const Rows& rows, int timestep, std::size_t count)
      : t(timestep),
        where(rows.at(timestep)),
        ours(rows.ours[static_cast<std::size_t>(timestep)]),
        c(iddpm::cast<R>(ours)),
        exact(rows.exact[static_cast<std::size_t>(timestep)]) {
    const auto step = static_cast<std::uint32_t>(timestep);
    x_start = levels<R>(count);
    x_t = normals<R>(step, 1, count);
    output = normals<R>(step, 2, count);
    noise = normals<R>(step, 3, count);
    v = normals<R>(step, 4, count);
  }

  /// Adds the errors of `count` elements: `ours(i)` of type R, `truth(i)` a Sum.
  template <class Ours, class Truth>
  void measure(Quantity& quantity, const Ours& computed, const Truth& truth) const {
    for (std::size_t i = 0; i < x_t.size(); ++i)
      quantity.add<R>(ulps<R>(computed(i), truth(i)), where);
  }

  int t;
  Where where;
  const iddpm::Coefficients<double>& ours;
  iddpm::Coefficients<R> c;
  const ExactRow& exact;
  std::vector<R> x_start, x_t, output, noise, v;
};

/// x_0 from the output, by mean type.
template <class Mean>
struct ExactMean;

template <>
struct ExactMean<iddpm::mean::Epsilon> {
  static constexpr auto name = "Epsilon";
  static Sum x_start(const ExactRow& c, const Mp& x_t, const Mp& output) {
    return Sum(c.sqrt_recip_alpha_bar * x_t) - Sum(c.sqrt_recipm1_alpha_bar * output);
  }
};

template <>
struct ExactMean<iddpm::mean::StartX> {
  static constexpr auto name = "StartX";
  static Sum x_start(const ExactRow&, const Mp&, const Mp& output) { return output; }
};

template <>
struct ExactMean<iddpm::mean::Velocity> {
  static constexpr auto name = "Velocity";
  static Sum x_start(const ExactRow& c, const Mp& x_t, const Mp& output) {
    return Sum(c.sqrt_alpha_bar * x_t) - Sum(c.sqrt_one_minus_alpha_bar * output);
  }
};

template <>
struct ExactMean<iddpm::mean::PreviousX> {
  static constexpr auto name = "PreviousX";
  static Sum x_start(const ExactRow& c, const Mp& x_t, const Mp& output) {
    return Sum(output / c.posterior_mean_coef1) - Sum(c.posterior_mean_coef2_over_1 * x_t);
  }
};

inline Sum exact_posterior_mean(const ExactRow& c, const Sum& x_start, const Mp& x_t) {
  return c.posterior_mean_coef1 * x_start + Sum(c.posterior_mean_coef2 * x_t);
}

inline Sum exact_eps(const ExactRow& c, const Mp& x_t, const Sum& x_start) {
  return c.recip_sqrt_one_minus_alpha_bar * (Sum(x_t) - c.sqrt_alpha_bar * x_start);
}

/// What needs no parametrization.
template <class R>
void measure_forward(Errors& errors, const Step<R>& s) {
  s.measure(
      errors["q_sample"],
      [&](std::size_t i) { return iddpm::q_sample<R>(s.c, s.x_start[i], s.noise[i]); },
      [&](std::size_t i) {
        return Sum(s.exact.sqrt_alpha_bar * exactly(s.x_start[i])) +
               Sum(s.exact.sqrt_one_minus_alpha_bar * exactly(s.noise[i]));
      });
  s.measure(
      errors["posterior_mean"],
      [&](std::size_t i) { return iddpm::posterior_mean<R>(s.c, s.x_start[i], s.x_t[i]); },
      [&](std::size_t i) {
        return exact_posterior_mean(s.exact, exactly(s.x_start[i]), exactly(s.x_t[i]));
      });
  s.measure(
      errors["predict_eps_from_xstart"],
      [&](std::size_t i) { return iddpm::predict_eps_from_xstart<R>(s.c, s.x_t[i], s.x_start[i]); },
      [&](std::size_t i) { return exact_eps(s.exact, exactly(s.x_t[i]), exactly(s.x_start[i])); });
}

/// x_0 and the mean of p(x_{t-1} | x_t) of one mean type.
template <class Mean, class R>
void measure_prediction(Errors& errors, const Step<R>& s) {
  using Exact = ExactMean<Mean>;
  const auto prediction = [&](std::size_t i) {
    return iddpm::predict<Mean, R>(s.c, s.x_t[i], s.output[i], iddpm::denoised::Identity{});
  };
  const auto x_start = [&](std::size_t i) {
    return Exact::x_start(s.exact, exactly(s.x_t[i]), exactly(s.output[i]));
  };
  const auto mean = [&](std::size_t i) {
    if (std::is_same_v<Mean, iddpm::mean::PreviousX>) return Sum(exactly(s.output[i]));
    return exact_posterior_mean(s.exact, x_start(i), exactly(s.x_t[i]));
  };
  const std::string of = std::string(" of ") + Exact::name;
  s.measure(
      errors["x_start" + of], [&](std::size_t i) { return prediction(i).x_start; }, x_start);
  s.measure(
      errors["mean" + of], [&](std::size_t i) { return prediction(i).mean; }, mean);
}

}  // namespace accuracy
