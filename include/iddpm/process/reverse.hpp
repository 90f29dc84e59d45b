// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/process/diffusion.hpp>

namespace iddpm {

/// The mean of p(x_{t-1} | x_t) and the predicted x_0, processed, that it follows from.
template <Real R>
struct Prediction {
  R mean;
  R x_start;
};

/// One element's prediction: x_0 from the output, processed first, the mean from that.
/// \see Ho et al. 2020, eq. (11); improved_diffusion, p_mean_variance.
template <MeanType Mean, Real R, Denoised D>
KOKKOS_INLINE_FUNCTION Prediction<R> predict(const Coefficients<R>& c, R x_t, R output,
                                             const D& denoised) {
  const R x_start = denoised(Mean::x_start(c, x_t, output));
  return {Mean::mean(c, x_t, x_start, output), x_start};
}

/// The noise that x_t holds if its x_0 is x_start: (x_t - sqrt(A) x_start) / sqrt(1 - A), finite at
/// A = 0 too.
/// \see Ho et al. 2020, eq. (4) solved for the noise.
template <Real R>
KOKKOS_INLINE_FUNCTION R predict_eps_from_xstart(const Coefficients<R>& c, R x_t, R x_start) {
  return c.recip_sqrt_one_minus_alpha_bar * Kokkos::fma(-c.sqrt_alpha_bar, x_start, x_t);
}

namespace detail {

template <class Mean, class Variance, class D, class Rows, class In, class Out>
struct PMeanVariance {
  Rows rows;
  D denoised;
  In x_t;
  ModelOutput<Variance, In> output;
  Out mean, variance, log_variance, x_start;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto c = rows(sample);
    for (std::size_t e = begin; e < end; ++e) {
      const auto p = predict<Mean>(c, x_t(sample, e), output.mean(sample, e), denoised);
      const auto v = output.variance(sample, e);
      mean(sample, e) = p.mean;
      variance(sample, e) = Variance::variance(c, v);
      log_variance(sample, e) = Variance::log_variance(c, v);
      x_start(sample, e) = p.x_start;
    }
  }
};

}  // namespace detail

/// The model's p(x_{t-1} | x_t): its mean, variance, log variance (nats) and the predicted x_0 as
/// `denoised` left it.
/// \pre x_t and the outputs (B, C, ...) of equal extents; model_output alike, or (B, 2C, ...) where
///      the variance is learned; t: an int or (B), 0 <= t < T. Asynchronous on exec.
/// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
/// \see Ho et al. 2020, eq. (11); Nichol & Dhariwal 2021, eq. (15); improved_diffusion,
///      p_mean_variance.
template <ExecutionSpace Exec, Process P, View X, View Output, Denoised D, View Out>
void p_mean_variance(const Exec& exec, const P& diffusion, const X& x_t, const Timesteps<P>& t,
                     const Output& model_output, const D& denoised, const Out& mean,
                     const Out& variance, const Out& log_variance, const Out& x_start) {
  constexpr auto name = "p_mean_variance";
  detail::check_types<P, Exec, Out, X, Output>();
  require_output_shape<P>(name, model_output, x_t);
  require_same_shape(name, "mean", mean, "x_t", x_t);
  require_same_shape(name, "variance", variance, "x_t", x_t);
  require_same_shape(name, "log_variance", log_variance, "x_t", x_t);
  require_same_shape(name, "x_start", x_start, "x_t", x_t);
  const auto rows = diffusion.template coefficients_at<value_t<X>>(name, t, x_t.extent(0));
  visit_batches(
      name,
      [&](const auto& xt, const auto& output, const auto& m, const auto& v, const auto& l,
          const auto& x0) {
        using Variance = typename P::variance_type;
        using In = std::decay_t<decltype(xt)>;
        for_each_tile(
            "iddpm::process::p_mean_variance", exec, m.samples, m.size,
            detail::PMeanVariance<typename P::mean_type, Variance, D, std::decay_t<decltype(rows)>,
                                  In, std::decay_t<decltype(m)>>{
                rows, denoised, xt, ModelOutput<Variance, In>(output), m, v, l, x0});
      },
      detail::as_input(x_t), detail::as_input(model_output), mean, variance, log_variance, x_start);
}

/// The same with the predicted x_0 clipped to [-1, 1].
template <ExecutionSpace Exec, Process P, View X, View Output, View Out>
void p_mean_variance(const Exec& exec, const P& diffusion, const X& x_t, const Timesteps<P>& t,
                     const Output& model_output, const Out& mean, const Out& variance,
                     const Out& log_variance, const Out& x_start) {
  p_mean_variance(exec, diffusion, x_t, t, model_output, denoised::Clip{}, mean, variance,
                  log_variance, x_start);
}

}  // namespace iddpm
