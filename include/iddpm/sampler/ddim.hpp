// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/reverse.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/transition.hpp>

#include <utility>

namespace iddpm {

/// What a DDIM transition is made of, once per timestep: the noise's scale sigma and the direction
/// sqrt(1 - Ap - sigma^2) that points back to x_t; computed in double, from double rows.
template <Real R>
struct DdimCoefficients {
  R sigma;      ///< the noise's scale
  R direction;  ///< of eps
};

/// sigma = eta sqrt((1 - Ap) / (1 - A)) sqrt(1 - A / Ap), which is eta sqrt(posterior_variance).
/// The direction without its difference: 1 - Ap - sigma^2 = (1 - Ap) (1 - eta^2 + eta^2 k), where k
/// is (1 - Ap) (1 - beta) / (1 - A).
/// \see Song et al. 2021, eqs. (12), (16).
template <Real R>
KOKKOS_INLINE_FUNCTION DdimCoefficients<R> ddim_coefficients(const Coefficients<double>& c,
                                                             double eta) {
  const double sigma = eta * Kokkos::sqrt(c.posterior_variance);
  const double kept = c.posterior_mean_coef2 * c.sqrt_alpha;
  const double share = Kokkos::fma(eta * eta, kept, (1 - eta) * (1 + eta));
  return {static_cast<R>(sigma), static_cast<R>(Kokkos::sqrt(c.one_minus_alpha_bar_prev * share))};
}

namespace detail {

template <Real R>
struct DdimRow {
  Coefficients<R> c;
  DdimCoefficients<R> d;
};

template <class Mean, class D, class Rows, class DoubleRows>
struct DdimStep {
  using value_type = typename Rows::value_type;

  DdimStep(const Rows& of, const DoubleRows& in_double, double eta_, const D& processing)
      : rows(of), double_rows(in_double), eta(eta_), denoised(processing) {
    if (rows.t.is_uniform()) uniform = ddim_coefficients<value_type>(double_rows.row, eta);
  }

  Rows rows;
  DoubleRows double_rows;
  double eta;
  D denoised;
  DdimCoefficients<value_type> uniform{};  // those of t, where all samples have one

  KOKKOS_INLINE_FUNCTION DdimRow<value_type> row(std::size_t sample) const {
    return {rows(sample), rows.t.is_uniform()
                              ? uniform
                              : ddim_coefficients<value_type>(double_rows(sample), eta)};
  }

  // eta = 0, and the last step, draw none.
  KOKKOS_INLINE_FUNCTION bool draws_noise(const DdimRow<value_type>& row) const {
    return row.d.sigma != 0;
  }

  template <Real R, class Processing>
  KOKKOS_INLINE_FUNCTION Transitioned<R> element(const DdimRow<R>& row,
                                                 const Processing& processing, R x_t, R output, R,
                                                 R z) const {
    const R x_start = static_cast<R>(processing(Mean::x_start(row.c, x_t, output)));
    const R eps = predict_eps_from_xstart(row.c, x_t, x_start);
    const R mean = Kokkos::fma(row.c.sqrt_alpha_bar_prev, x_start, row.d.direction * eps);
    return {Kokkos::fma(row.d.sigma, z, mean), x_start};
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
  /// \param eta 0: no noise; 1: as much as Ancestral with FixedSmall
  /// \param denoised what is done to the predicted x_0
  explicit Ddim(double eta = 0, D denoised = D{}) : eta_(eta), denoised_(std::move(denoised)) {
    require(eta >= 0 && eta <= 1, "Ddim", "eta", "be in [0, 1]", eta);
  }

  /// One transition, one kernel (and one more where x_0 is processed by the sample); a learned
  /// variance is not read.
  /// \pre as sampler::Ancestral. Asynchronous on exec.
  /// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
  template <ExecutionSpace Exec, Process P, View X, TransitionOf<P> T, View Output, Noise N,
            View Out>
  void operator()(const Exec& exec, const P& diffusion, const X& x_t, const T& t,
                  const Output& model_output, const N& noise, const Out& x_out,
                  const Out& x_start = Out{}) const {
    using R = compute_t<X>;
    const std::size_t samples = x_t.extent(0);
    const auto rows = diffusion.template coefficients_at<R>(exec, "ddim_sample", t, samples);
    const auto in_double =
        diffusion.template coefficients_at<double>(exec, "ddim_sample", t, samples);
    const auto bound = bind_denoised<R>(exec, denoised_, samples);
    using Step = detail::DdimStep<typename P::mean_type, std::decay_t<decltype(bound)>,
                                  std::decay_t<decltype(rows)>, std::decay_t<decltype(in_double)>>;
    detail::transition<P>("ddim_sample", "iddpm::sampler::ddim_sample", exec,
                          Step{rows, in_double, eta_, bound}, x_t, model_output, noise, x_out,
                          x_start);
  }

  /// See sampler/concepts.hpp.
  template <ExecutionSpace Exec, View X>
  [[nodiscard]] auto bind(const Exec& exec, const X& x) const {
    const auto bound = bind_denoised<compute_t<X>>(exec, denoised_, x.extent(0));
    return Ddim<std::decay_t<decltype(bound)>>(eta_, bound);
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
