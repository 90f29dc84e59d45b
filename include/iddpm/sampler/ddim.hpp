// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/reverse.hpp>
#include <iddpm/sampler/concepts.hpp>

namespace iddpm {

/// What a DDIM transition is made of, once per timestep: the noise's scale sigma and the direction
/// sqrt(1 - Ap - sigma^2) that points back to x_t; computed in double, from double rows.
template <Real R>
struct DdimCoefficients {
  R sigma;
  R direction;
};

/// sigma = eta sqrt((1 - Ap) / (1 - A)) sqrt(1 - A / Ap), which is eta sqrt(posterior_variance).
/// \see Song et al. 2021, eqs. (12), (16).
template <Real R>
KOKKOS_INLINE_FUNCTION DdimCoefficients<R> ddim_coefficients(const Coefficients<double>& c,
                                                             double eta) {
  const double sigma = eta * Kokkos::sqrt(c.posterior_variance);
  const double squared = Kokkos::fma(-sigma, sigma, c.one_minus_alpha_bar_prev);
  return {static_cast<R>(sigma), static_cast<R>(Kokkos::sqrt(squared > 0 ? squared : 0))};
}

namespace detail {

template <class Mean, class Variance, class D, class Rows, class DoubleRows, class Source, class In,
          class Out>
struct DdimSample {
  Rows rows;
  DoubleRows double_rows;
  double eta;
  D denoised;
  Source noise;
  In x_t;
  ModelOutput<Variance, In> output;
  Out x_prev, x_start;
  bool wants_x_start;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto c = rows(sample);
    using R = std::remove_cvref_t<decltype(c.beta)>;
    const auto d = ddim_coefficients<R>(double_rows(sample), eta);
    if (d.sigma == 0) {  // eta = 0, and the last step, draw no noise
      for (std::size_t e = begin; e < end; ++e) write(c, d, sample, e, 0);
      return;
    }
    noise.for_each(sample, begin, end, [&](std::size_t e, auto z) { write(c, d, sample, e, z); });
  }

  template <Real R>
  KOKKOS_INLINE_FUNCTION void write(const Coefficients<R>& c, const DdimCoefficients<R>& d,
                                    std::size_t sample, std::size_t e,
                                    std::type_identity_t<R> z) const {
    const R x = x_t(sample, e);
    const R x0 = denoised(Mean::x_start(c, x, output.mean(sample, e)));
    const R eps = predict_eps_from_xstart(c, x, x0);
    const R mean = Kokkos::fma(c.sqrt_alpha_bar_prev, x0, d.direction * eps);
    x_prev(sample, e) = Kokkos::fma(d.sigma, z, mean);
    if (wants_x_start) x_start(sample, e) = x0;
  }
};

}  // namespace detail

namespace sampler {

/// DDIM: x_{t-1} = sqrt(Ap) x_0 + sqrt(1 - Ap - sigma^2) eps + sigma noise, where eps is derived
/// from the processed x_0. eta = 0 is deterministic, eta = 1 is Ancestral with FixedSmall.
/// \throws std::invalid_argument unless eta is in [0, 1].
/// \see Song et al. 2021, eqs. (12), (16); improved_diffusion, ddim_sample.
template <Denoised D = denoised::Clip>
class Ddim {
 public:
  explicit Ddim(double eta = 0, D denoised = D{}) : eta_(eta), denoised_(std::move(denoised)) {
    require(eta >= 0 && eta <= 1, "Ddim", "eta", "be in [0, 1]", eta);
  }

  /// One transition, one kernel; a learned variance is not read.
  /// \pre as sampler::Ancestral. Asynchronous on exec.
  /// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
  template <ExecutionSpace Exec, Process P, View X, View Output, Noise N, View Out>
  void operator()(const Exec& exec, const P& diffusion, const X& x_t, const Timesteps<P>& t,
                  const Output& model_output, const N& noise, const Out& x_prev,
                  const Out& x_start = Out{}) const {
    constexpr auto name = "ddim_sample";
    detail::check_transition<Exec, P>(name, x_t, model_output, x_prev, x_start);
    const auto rows = diffusion.template coefficients_at<value_t<X>>(name, t, x_t.extent(0));
    const auto double_rows = diffusion.template coefficients_at<double>(name, t, x_t.extent(0));
    const bool wants_x_start = x_start.data() != nullptr;
    visit_with_noise(
        name,
        [&](const auto& source, const auto& xt, const auto& output, const auto& prev,
            const auto& x0) {
          using Variance = typename P::variance_type;
          using In = std::decay_t<decltype(xt)>;
          for_each_tile(
              "iddpm::sampler::ddim_sample", exec, prev.samples, prev.size,
              detail::DdimSample<typename P::mean_type, Variance, D, std::decay_t<decltype(rows)>,
                                 std::decay_t<decltype(double_rows)>,
                                 std::decay_t<decltype(source)>, In, std::decay_t<decltype(prev)>>{
                  rows, double_rows, eta_, denoised_, source, xt, ModelOutput<Variance, In>(output),
                  prev, x0, wants_x_start});
        },
        detail::as_noise(noise), detail::as_input(x_t), detail::as_input(model_output), x_prev,
        detail::optional_or(x_start, x_prev));
  }

 private:
  double eta_;
  D denoised_;
};

}  // namespace sampler

/// One DDIM transition with the predicted x_0 clipped to [-1, 1]; see sampler::Ddim.
template <ExecutionSpace Exec, Process P, View X, View Output, Noise N, View Out>
void ddim_sample(const Exec& exec, const P& diffusion, const X& x_t, const Timesteps<P>& t,
                 const Output& model_output, double eta, const N& noise, const Out& x_prev,
                 const Out& x_start = Out{}) {
  sampler::Ddim{eta}(exec, diffusion, x_t, t, model_output, noise, x_prev, x_start);
}

}  // namespace iddpm
