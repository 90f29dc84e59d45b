// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/normal_kl.hpp"
#include "accuracy/steps.hpp"
#include <iddpm/gaussian/decoder/tanh.hpp>
#include <iddpm/likelihood/prior.hpp>
#include <iddpm/process/variational_bound.hpp>

/// \file
/// What the variance types compute (the fixed ones are columns), the prior's term, and the bound's
/// terms for t > 0.

namespace accuracy {

/// log posterior variance + (v + 1) / 2 of the range.
inline Sum exact_log_variance(const ExactRow& c, const Mp& v) {
  return Sum(c.posterior_log_variance_clipped) + Sum((v + Mp(1)) / Mp(2) * c.log_variance_range);
}

template <class R>
void measure_learned_range(Errors& errors, const Step<R>& s) {
  using Variance = iddpm::variance::LearnedRange;
  const auto log_variance = [&](std::size_t i) {
    return exact_log_variance(s.exact, exactly(s.v[i]));
  };
  s.measure(
      errors["LearnedRange, log_variance"],
      [&](std::size_t i) { return Variance::log_variance(s.c, s.v[i]); }, log_variance);
  s.measure(
      errors["LearnedRange, variance"],
      [&](std::size_t i) { return Variance::variance(s.c, s.v[i]); },
      [&](std::size_t i) { return Sum(exp(log_variance(i).total())); });
  s.measure(
      errors["LearnedRange, deviation"],
      [&](std::size_t i) { return Variance::deviation(s.c, s.v[i]); },
      [&](std::size_t i) { return Sum(exp(log_variance(i).total() / Mp(2))); });
}

/// The bound's term of one variance type; `log_ratio(v)` is the logarithm of p's variance
/// over q's. A network's mean is off by about a tenth of the deviation.
template <class Variance, class R, class LogRatio>
void measure_bound_term(Errors& errors, const std::string& name, const Step<R>& s,
                        const LogRatio& log_ratio) {
  if (s.t == 0) return;
  for (std::size_t i = 0; i < s.v.size(); ++i) {
    const R error = R(0.1) * s.c.posterior_deviation_clipped * s.noise[i];
    const auto term = iddpm::bound_term<Variance>(s.c, s.x_start[i], error, s.x_t[i], s.v[i],
                                                  iddpm::decoder::Tanh{});
    const Mp ratio = log_ratio(exactly(s.v[i]));
    const ExactKl exact(exactly(error), -ratio,
                        exp(s.exact.posterior_log_variance_clipped + ratio));
    errors[name + ", value"].add<R>(ulps(term.value, exact.value), s.where);
    errors[name + ", d_mean"].add<R>(ulps(term.d_mean, exact.d_mean), s.where);
    errors[name + ", d_log_variance"].add<R>(ulps(term.d_log_variance, exact.d_log_variance),
                                             s.where);
  }
}

template <class R>
void measure_prior(Errors& errors, const Step<R>& s) {
  s.measure(
      errors["prior_kl"], [&](std::size_t i) { return iddpm::prior_kl(s.c, s.x_start[i]); },
      [&](std::size_t i) {
        const Mp x = exactly(s.x_start[i]), half = Mp(1) / Mp(2), a = s.exact.alpha_bar;
        return Sum(half * a * x * x) + Sum(Mp(0) - half * a) +
               Sum(Mp(0) - half * s.exact.log_one_minus_alpha_bar);
      });
}

template <class R>
void measure_variances(Errors& errors, const Step<R>& s) {
  measure_learned_range(errors, s);
  measure_prior(errors, s);
  measure_bound_term<iddpm::variance::FixedSmall>(errors, "bound_term, FixedSmall", s,
                                                  [](const Mp&) { return Mp(0); });
  measure_bound_term<iddpm::variance::FixedLarge>(
      errors, "bound_term, FixedLarge", s, [&](const Mp&) { return s.exact.log_variance_range; });
  measure_bound_term<iddpm::variance::LearnedRange>(
      errors, "bound_term, LearnedRange", s,
      [&](const Mp& v) { return (v + Mp(1)) / Mp(2) * s.exact.log_variance_range; });
}

}  // namespace accuracy
