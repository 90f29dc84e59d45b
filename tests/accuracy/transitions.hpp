// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/steps.hpp"

/// \file
/// The samplers' transitions, by the library's own kernels.

namespace accuracy {

template <class Mean>
using ProcessOf = iddpm::GaussianDiffusion<iddpm::schedule::Custom, Mean,
                                           iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

template <class R>
Sample<R> on_exec(const std::vector<R>& values) {
  Sample<R> sample("accuracy::input", 1, values.size());
  std::copy(values.begin(), values.end(), sample.data());
  return sample;
}

/// One transition of a batch of one sample.
template <class Mean, class Sampler, class R>
Sample<R> transition(const ProcessOf<Mean>& process, const Sampler& sampler, const Step<R>& s) {
  const Exec exec;
  Sample<R> result("accuracy::result", 1, s.x_t.size());
  sampler(exec, process, on_exec(s.x_t), s.t, on_exec(s.output), on_exec(s.noise), result);
  exec.fence("accuracy: the result is read on the host");
  return result;
}

template <class Mean, class R>
void measure_ancestral(Errors& errors, const ProcessOf<Mean>& process, const Step<R>& s) {
  const auto x_prev = transition(
      process, iddpm::sampler::Ancestral<iddpm::denoised::Identity>{iddpm::denoised::Identity{}},
      s);
  const Mp scale = s.exact.is_noisy * s.exact.posterior_deviation_clipped;
  s.measure(
      errors[std::string("Ancestral of ") + ExactMean<Mean>::name],
      [&](std::size_t i) { return x_prev(0, i); },
      [&](std::size_t i) {
        const Mp x_t = exactly(s.x_t[i]), output = exactly(s.output[i]);
        const Sum mean = std::is_same_v<Mean, iddpm::mean::PreviousX>
                             ? Sum(output)
                             : exact_posterior_mean(
                                   s.exact, ExactMean<Mean>::x_start(s.exact, x_t, output), x_t);
        return mean + Sum(scale * exactly(s.noise[i]));
      });
}

/// sigma and the direction's length, exact.
struct ExactDdim {
  ExactDdim(const ExactRow& c, double eta)
      : sigma(Mp(eta) * sqrt(c.posterior_variance)),
        direction(sqrt(c.one_minus_alpha_bar_prev - square(sigma))) {}
  Mp sigma, direction;
};

template <class Mean, class R>
void measure_ddim(Errors& errors, const ProcessOf<Mean>& process, const Step<R>& s, double eta,
                  const std::string& eta_text) {
  const auto x_prev = transition(
      process, iddpm::sampler::Ddim<iddpm::denoised::Identity>{eta, iddpm::denoised::Identity{}},
      s);
  const ExactDdim exact(s.exact, eta);
  s.measure(
      errors["Ddim, eta = " + eta_text + ", of " + ExactMean<Mean>::name],
      [&](std::size_t i) { return x_prev(0, i); },
      [&](std::size_t i) {
        const Mp x_t = exactly(s.x_t[i]);
        const Sum x_start = ExactMean<Mean>::x_start(s.exact, x_t, exactly(s.output[i]));
        return s.exact.sqrt_alpha_bar_prev * x_start +
               exact.direction * exact_eps(s.exact, x_t, x_start) +
               Sum(exact.sigma * exactly(s.noise[i]));
      });
}

template <class Mean, class R>
void measure_ddim_reverse(Errors& errors, const ProcessOf<Mean>& process, const Step<R>& s) {
  const auto x_next = transition(
      process, iddpm::sampler::DdimReverse<iddpm::denoised::Identity>{iddpm::denoised::Identity{}},
      s);
  s.measure(
      errors[std::string("DdimReverse of ") + ExactMean<Mean>::name],
      [&](std::size_t i) { return x_next(0, i); },
      [&](std::size_t i) {
        const Mp x_t = exactly(s.x_t[i]);
        const Sum x_start = ExactMean<Mean>::x_start(s.exact, x_t, exactly(s.output[i]));
        return s.exact.sqrt_alpha_bar_next * x_start +
               s.exact.sqrt_one_minus_alpha_bar_next * exact_eps(s.exact, x_t, x_start);
      });
}

/// ddim_coefficients, once per timestep.
template <class R>
void measure_ddim_coefficients(Errors& errors, const Step<R>& s) {
  for (const double eta : {0.0, 0.5, 1.0}) {
    const auto found = iddpm::ddim_coefficients<R>(s.ours, eta);
    const ExactDdim exact(s.exact, eta);
    errors["ddim_coefficients, sigma"].add<R>(ulps(found.sigma, exact.sigma, exact.sigma), s.where);
    errors["ddim_coefficients, direction"].add<R>(
        ulps(found.direction, exact.direction, exact.direction), s.where);
  }
}

/// All of one mean type at one timestep.
template <class Mean, class R>
void measure_transitions(Errors& errors, const ProcessOf<Mean>& process, const Step<R>& s) {
  measure_prediction<Mean>(errors, s);
  measure_ancestral<Mean>(errors, process, s);
  measure_ddim<Mean>(errors, process, s, 0, "0");
  measure_ddim<Mean>(errors, process, s, 0.5, "0.5");
  measure_ddim<Mean>(errors, process, s, 1, "1");
  measure_ddim_reverse<Mean>(errors, process, s);
}

}  // namespace accuracy
