// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/parametrization/denoised/binding.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/process/model_output.hpp>

namespace iddpm {

/// The mean of p(x_{t-1} | x_t) and the predicted x_0, processed, that it follows from.
template <Real R>
struct Prediction {
  R mean;     ///< of p(x_{t-1} | x_t)
  R x_start;  ///< the processed predicted x_0
};

/// One element's prediction: x_0 from the output, processed first, the mean from that.
/// \see Ho et al. 2020, eq. (11); improved_diffusion, p_mean_variance.
template <MeanType Mean, Real R, ElementDenoised D>
KOKKOS_INLINE_FUNCTION Prediction<R> predict(const Coefficients<R>& c, R x_t, R output,
                                             const D& denoised) {
  const R x_start = static_cast<R>(denoised(Mean::x_start(c, x_t, output)));
  return {Mean::mean(c, x_t, x_start, output), x_start};
}

/// The noise that x_t holds if its x_0 is x_start: (x_t - sqrt(A) x_start) / sqrt(1 - A), finite at
/// A = 0 too.
/// \see Ho et al. 2020, eq. (4) solved for the noise; improved_diffusion,
///      _predict_eps_from_xstart.
template <Real R>
KOKKOS_INLINE_FUNCTION R predict_eps_from_xstart(const Coefficients<R>& c, R x_t, R x_start) {
  return c.recip_sqrt_one_minus_alpha_bar * Kokkos::fma(-c.sqrt_alpha_bar, x_start, x_t);
}

namespace detail {

template <class Mean, class Variance, class D, class Rows, class In, class Output, class Out>
struct PMeanVariance {
  Rows rows;
  D denoised;
  In x_t;
  Output output;
  Out mean, variance, log_variance, x_start;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    if (rows.waiting(sample)) return;
    const auto c = rows(sample);
    const auto processing = denoised_for(denoised, sample);
    using R = std::remove_cvref_t<decltype(c.beta)>;
    for (std::size_t e = begin; e < end; ++e) {
      const auto p = predict<Mean, R>(c, x_t(sample, e), output.mean(sample, e), processing);
      const R v = output.variance(sample, e);
      if (mean) mean(sample, e) = p.mean;
      if (variance) variance(sample, e) = Variance::variance(c, v);
      if (log_variance) log_variance(sample, e) = Variance::log_variance(c, v);
      if (x_start) x_start(sample, e) = p.x_start;
    }
  }
};

}  // namespace detail

/// The predicted x_0 before it is processed, as a device functor (sample, element) -> R: what a
/// per-sample processing is measured on.
template <MeanType Mean, class Rows, class In, class Output>
struct PredictedXStart {
  /// @{
  /// The predicted x_0 of an element before it is processed, from these.
  Rows rows;
  In x_t;
  Output output;

  KOKKOS_INLINE_FUNCTION auto operator()(std::size_t sample, std::size_t e) const {
    using R = typename Output::compute_type;
    return Mean::template x_start<R>(rows(sample), x_t(sample, e), output.mean(sample, e));
  }
  /// @}
};

/// The model's p(x_{t-1} | x_t): its mean, variance, log variance (nats) and the predicted x_0 as
/// `denoised` left it. A View of these without memory (as a View() is) is not wanted
/// and not written.
/// \pre x_t and the outputs (B, C, ...) of equal extents; model_output alike, or (B, 2C, ...) where
///      the variance is learned; t: an int or (B), 0 <= t < T. Asynchronous on exec.
/// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
/// \see Ho et al. 2020, eq. (11); Nichol & Dhariwal 2021, eq. (15); improved_diffusion,
///      p_mean_variance.
template <ExecutionSpace Exec, Process P, View X, TransitionOf<P> T, View Output, Denoised D,
          View Out>
void p_mean_variance(const Exec& exec, const P& diffusion, const X& x_t, const T& t,
                     const Output& model_output, const D& denoised, const Out& mean,
                     const Out& variance, const Out& log_variance, const Out& x_start) {
  constexpr auto name = "p_mean_variance";
  using R = compute_t<X>;
  using Mean = typename P::mean_type;
  using Variance = typename P::variance_type;
  detail::check_types<P, Exec, Out, X, Output>();
  require_output_shape<P>(name, model_output, x_t);
  detail::require_wanted_shape(name, "mean", mean, "x_t", x_t);
  detail::require_wanted_shape(name, "variance", variance, "x_t", x_t);
  detail::require_wanted_shape(name, "log_variance", log_variance, "x_t", x_t);
  detail::require_wanted_shape(name, "x_start", x_start, "x_t", x_t);
  const auto rows = diffusion.template coefficients_at<R>(exec, name, t, x_t.extent(0));
  const auto bound = bind_denoised<R>(exec, denoised, x_t.extent(0));
  visit_batches(
      name,
      [&](const auto& xt, const auto& given, const auto& m, const auto& v, const auto& l,
          const auto& x0) {
        using In = std::decay_t<decltype(xt)>;
        using Rows = std::decay_t<decltype(rows)>;
        using OutputPart = ModelOutput<Variance::is_learned, std::decay_t<decltype(given)>>;
        const OutputPart output(given);
        measure_denoised(exec, bound, xt.samples, xt.size,
                         PredictedXStart<Mean, Rows, In, OutputPart>{rows, xt, output});
        for_each_tile("iddpm::process::p_mean_variance", exec, xt,
                      detail::PMeanVariance<Mean, Variance, std::decay_t<decltype(bound)>, Rows, In,
                                            OutputPart, std::decay_t<decltype(m)>>{
                          rows, bound, xt, output, m, v, l, x0});
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
