// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/reverse.hpp>
#include <iddpm/sampler/concepts.hpp>

namespace iddpm {

namespace detail {

template <class Mean, class Variance, class D, class Rows, class Source, class In, class Out>
struct PSample {
  Rows rows;
  D denoised;
  Source noise;
  In x_t;
  ModelOutput<Variance, In> output;
  Out x_prev, x_start;
  bool wants_x_start;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto c = rows(sample);
    if (c.is_noisy == 0) {  // the last step draws no noise
      for (std::size_t e = begin; e < end; ++e) write(c, sample, e, 0);
      return;
    }
    noise.for_each(sample, begin, end, [&](std::size_t e, auto z) { write(c, sample, e, z); });
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION void write(const Coefficients<R>& c, std::size_t sample, std::size_t e,
                                    std::type_identity_t<R> z) const {
    const auto p = predict<Mean>(c, x_t(sample, e), output.mean(sample, e), denoised);
    const R scale = c.is_noisy * Variance::deviation(c, output.variance(sample, e));
    x_prev(sample, e) = Kokkos::fma(scale, z, p.mean);
    if (wants_x_start) x_start(sample, e) = p.x_start;
  }
};

}  // namespace detail

namespace sampler {

/// Ancestral sampling: x_{t-1} = mean + [t > 0] exp(log_variance / 2) noise.
/// \see Ho et al. 2020, algorithm 2; improved_diffusion, p_sample.
template <Denoised D = denoised::Clip>
class Ancestral {
 public:
  explicit Ancestral(D denoised = D{}) : denoised_(std::move(denoised)) {}

  /// One transition, one kernel.
  /// \pre x_t, x_prev (which may be x_t), x_start (empty where not wanted) and a noise View:
  ///      (B, C, ...) of equal extents; model_output alike, or (B, 2C, ...) where the variance is
  ///      learned; t: an int or (B), 0 <= t < T. Asynchronous on exec.
  /// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
  template <ExecutionSpace Exec, Process P, View X, View Output, Noise N, View Out>
  void operator()(const Exec& exec, const P& diffusion, const X& x_t, const Timesteps<P>& t,
                  const Output& model_output, const N& noise, const Out& x_prev,
                  const Out& x_start = Out{}) const {
    detail::check_transition<Exec, P>("p_sample", x_t, model_output, x_prev, x_start);
    const auto rows = diffusion.template coefficients_at<value_t<X>>("p_sample", t, x_t.extent(0));
    const bool wants_x_start = x_start.data() != nullptr;
    visit_with_noise(
        "p_sample",
        [&](const auto& source, const auto& xt, const auto& output, const auto& prev,
            const auto& x0) {
          using Variance = typename P::variance_type;
          using In = std::decay_t<decltype(xt)>;
          for_each_tile(
              "iddpm::sampler::p_sample", exec, prev.samples, prev.size,
              detail::PSample<typename P::mean_type, Variance, D, std::decay_t<decltype(rows)>,
                              std::decay_t<decltype(source)>, In, std::decay_t<decltype(prev)>>{
                  rows, denoised_, source, xt, ModelOutput<Variance, In>(output), prev, x0,
                  wants_x_start});
        },
        detail::as_noise(noise), detail::as_input(x_t), detail::as_input(model_output), x_prev,
        detail::optional_or(x_start, x_prev));
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
