// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/reverse.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/transition.hpp>

#include <utility>

namespace iddpm {

namespace detail {

template <class Mean, class D, class Rows>
struct DdimReverseStep {
  Rows rows;
  D denoised;

  KOKKOS_INLINE_FUNCTION auto row(std::size_t sample) const { return rows(sample); }

  template <Real R>
  KOKKOS_INLINE_FUNCTION bool draws_noise(const Coefficients<R>&) const {
    return false;
  }

  template <Real R, class Processing>
  KOKKOS_INLINE_FUNCTION Transitioned<R> element(const Coefficients<R>& c,
                                                 const Processing& processing, R x_t, R output, R,
                                                 R) const {
    const R x_start = static_cast<R>(processing(Mean::x_start(c, x_t, output)));
    const R eps = predict_eps_from_xstart(c, x_t, x_start);
    return {Kokkos::fma(c.sqrt_alpha_bar_next, x_start, c.sqrt_one_minus_alpha_bar_next * eps),
            x_start};
  }
};

}  // namespace detail

namespace sampler {

/// DDIM's ODE backwards, from x_t to x_{t+1}: x_{t+1} = sqrt(A_{t+1}) x_0 + sqrt(1 - A_{t+1}) eps,
/// with the network's output at t, as the reference has it. A run of it, from x_0 up, encodes: the
/// x_T that Ddim with eta 0 leads near x_0 from, the nearer the more steps. At t = T - 1, A_{t+1} =
/// 0. To encode, leave x_0 as it is (denoised::Identity): a clip cannot be undone.
/// \see Song et al. 2021, section 4.3; improved_diffusion, ddim_reverse_sample.
template <Denoised D = denoised::Clip>
class DdimReverse {
 public:
  /// @{
  /// It ascends, and denoised what is done to the predicted x_0.
  static constexpr bool ascends = true;

  explicit DdimReverse(D denoised = D{}) : denoised_(std::move(denoised)) {}
  /// @}

  /// One transition, one kernel (and one more where x_0 is processed by the sample); neither noise
  /// nor a learned variance is read.
  /// \pre as sampler::Ancestral. Asynchronous on exec.
  /// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
  template <ExecutionSpace Exec, Process P, View X, TransitionOf<P> T, View Output, Noise N,
            View Out>
  void operator()(const Exec& exec, const P& diffusion, const X& x_t, const T& t,
                  const Output& model_output, const N& noise, const Out& x_out,
                  const Out& x_start = Out{}) const {
    using R = compute_t<X>;
    const auto rows =
        diffusion.template coefficients_at<R>(exec, "ddim_reverse_sample", t, x_t.extent(0));
    const auto bound = bind_denoised<R>(exec, denoised_, x_t.extent(0));
    using Step = detail::DdimReverseStep<typename P::mean_type, std::decay_t<decltype(bound)>,
                                         std::decay_t<decltype(rows)>>;
    detail::transition<P>("ddim_reverse_sample", "iddpm::sampler::ddim_reverse_sample", exec,
                          Step{rows, bound}, x_t, model_output, noise, x_out, x_start);
  }

  /// See sampler/concepts.hpp.
  template <ExecutionSpace Exec, View X>
  [[nodiscard]] auto bind(const Exec& exec, const X& x) const {
    const auto bound = bind_denoised<compute_t<X>>(exec, denoised_, x.extent(0));
    return DdimReverse<std::decay_t<decltype(bound)>>(bound);
  }

 private:
  D denoised_;
};

}  // namespace sampler

/// One transition from x_t to x_{t+1} with the predicted x_0 clipped to [-1, 1]; see
/// sampler::DdimReverse.
template <ExecutionSpace Exec, Process P, View X, View Output, View Out>
void ddim_reverse_sample(const Exec& exec, const P& diffusion, const X& x_t, const Timesteps<P>& t,
                         const Output& model_output, const Out& x_out, const Out& x_start = Out{}) {
  sampler::DdimReverse{}(exec, diffusion, x_t, t, model_output, Draw{}, x_out, x_start);
}

}  // namespace iddpm
