// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/reverse.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/transition.hpp>

#include <utility>

namespace iddpm {

namespace detail {

template <class Mean, class Variance, class D, class Rows>
struct AncestralStep {
  Rows rows;
  D denoised;

  KOKKOS_INLINE_FUNCTION auto row(std::size_t sample) const { return rows(sample); }

  template <Real R>
  KOKKOS_INLINE_FUNCTION bool draws_noise(const Coefficients<R>& c) const {
    return c.is_noisy != 0;
  }

  template <Real R, class Processing>
  KOKKOS_INLINE_FUNCTION Transitioned<R> element(const Coefficients<R>& c,
                                                 const Processing& processing, R x_t, R output, R v,
                                                 R z) const {
    const Prediction<R> p = predict<Mean>(c, x_t, output, processing);
    // Not a product: the deviation of a wild v is infinite, and t = 0 has no use for it.
    const R scale = c.is_noisy != 0 ? Variance::deviation(c, v) : R(0);
    return {Kokkos::fma(scale, z, p.mean), p.x_start};
  }
};

}  // namespace detail

namespace sampler {

/// Ancestral sampling: x_{t-1} = mean + [t > 0] exp(log_variance / 2) noise.
/// \see Ho et al. 2020, algorithm 2; improved_diffusion, p_sample.
template <Denoised D = denoised::Clip>
class Ancestral {
 public:
  /// \param denoised what is done to the predicted x_0
  explicit Ancestral(D denoised = D{}) : denoised_(std::move(denoised)) {}

  /// One transition, one kernel (and one more where x_0 is processed by the sample).
  /// \pre x_t, x_out (which may be x_t), x_start (empty where not wanted) and a noise View:
  ///      (B, C, ...) of equal extents; model_output alike, or (B, 2C, ...) where the variance is
  ///      learned; t: an int or (B), 0 <= t < T, or a run's TransitionRow. Asynchronous on exec.
  /// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
  template <ExecutionSpace Exec, Process P, View X, TransitionOf<P> T, View Output, Noise N,
            View Out>
  void operator()(const Exec& exec, const P& diffusion, const X& x_t, const T& t,
                  const Output& model_output, const N& noise, const Out& x_out,
                  const Out& x_start = Out{}) const {
    using R = compute_t<X>;
    const auto rows = diffusion.template coefficients_at<R>(exec, "p_sample", t, x_t.extent(0));
    const auto bound = bind_denoised<R>(exec, denoised_, x_t.extent(0));
    using Step = detail::AncestralStep<typename P::mean_type, typename P::variance_type,
                                       std::decay_t<decltype(bound)>, std::decay_t<decltype(rows)>>;
    detail::transition<P>("p_sample", "iddpm::sampler::p_sample", exec, Step{rows, bound}, x_t,
                          model_output, noise, x_out, x_start);
  }

  /// See sampler/concepts.hpp.
  template <ExecutionSpace Exec, View X>
  [[nodiscard]] auto bind(const Exec& exec, const X& x) const {
    const auto bound = bind_denoised<compute_t<X>>(exec, denoised_, x.extent(0));
    return Ancestral<std::decay_t<decltype(bound)>>(bound);
  }

 private:
  D denoised_;
};

}  // namespace sampler

/// One ancestral transition with the predicted x_0 clipped to [-1, 1]; see sampler::Ancestral.
template <ExecutionSpace Exec, Process P, View X, View Output, Noise N, View Out>
void p_sample(const Exec& exec, const P& diffusion, const X& x_t, const Timesteps<P>& t,
              const Output& model_output, const N& noise, const Out& x_prev,
              const Out& x_start = Out{}) {
  sampler::Ancestral{}(exec, diffusion, x_t, t, model_output, noise, x_prev, x_start);
}

}  // namespace iddpm
