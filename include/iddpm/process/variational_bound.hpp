// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/reduce.hpp>
#include <iddpm/gaussian/discretized_log_likelihood.hpp>
#include <iddpm/gaussian/normal_kl.hpp>
#include <iddpm/process/reverse.hpp>

namespace iddpm {

/// One element's term of the variational bound, in nats, with its derivatives with respect to the
/// model's mean and log variance: for t > 0 KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)), at t = 0
/// the decoder's -log p(x_0 | x_1).
/// \param mean_error the posterior's mean minus the model's
/// \see Ho et al. 2020, eq. (5); Nichol & Dhariwal 2021, eqs. (4)-(7).
template <VarianceType Variance, Real R, class Decoder>
KOKKOS_INLINE_FUNCTION BoundTerm<R> bound_term(const Coefficients<R>& c, R x_start, R mean_error,
                                               R mean, R v, const Decoder& decoder) {
  const R log_variance = Variance::log_variance(c, v);
  if (c.is_noisy != 0) return normal_kl(mean_error, c.posterior_log_variance_clipped, log_variance);
  const LogLikelihood<R> log_p = decoder(x_start, mean, R(0.5) * log_variance);
  return {-log_p.value, -log_p.d_mean, R(-0.5) * log_p.d_log_scale};
}

namespace detail {

template <class Mean, class Variance, class D, class Decoder, class Rows, class In>
struct VbTerms {
  Rows rows;
  D denoised;
  Decoder decoder;
  In x_start, x_t;
  ModelOutput<Variance, In> output;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin, std::size_t end,
                                         Sums<1>& sums) const {
    const auto c = rows(sample);
    for (std::size_t e = begin; e < end; ++e) {
      const auto x0 = x_start(sample, e), x = x_t(sample, e), out = output.mean(sample, e);
      const auto p = predict<Mean>(c, x, out, denoised);
      const auto error = Mean::mean_error(c, x0, x, p.x_start, out);
      sums.value[0] += static_cast<double>(
          bound_term<Variance>(c, x0, error, p.mean, output.variance(sample, e), decoder).value);
    }
  }
};

// The mean over a sample's elements, in bits.
template <class Out>
struct MeanInBits {
  Out out;
  std::size_t size;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<1>& sums) const {
    const double ln2 = 0.69314718055994530942;
    out(sample) = static_cast<typename Out::non_const_value_type>(
        sums.value[0] / (ln2 * static_cast<double>(size)));
  }
};

}  // namespace detail

/// Each sample's term of the variational bound at its timestep, in bits per dimension.
/// \pre x_start, x_t (B, C, ...); model_output alike, or (B, 2C, ...) where the variance is
///      learned; bpd (B); x_start in [-1, 1] at 8-bit levels; 0 <= t < T. Asynchronous on exec.
/// \param denoised what is done to the predicted x_0: the reference clips it here
/// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
/// \see Nichol & Dhariwal 2021, eqs. (4)-(6); improved_diffusion, _vb_terms_bpd.
template <ExecutionSpace Exec, Process P, View X, View Y, View Output, Denoised D, View Out>
void vb_terms_bpd(const Exec& exec, const P& diffusion, const X& x_start, const Y& x_t,
                  const Timesteps<P>& t, const Output& model_output, const D& denoised,
                  const Out& bpd) {
  constexpr auto name = "vb_terms_bpd";
  detail::check_types<P, Exec, Out, X, Y, Output>();
  static_assert(Out::rank() == 1, "bpd is a View of rank 1, one number per sample");
  require_same_shape(name, "x_t", x_t, "x_start", x_start);
  require_output_shape<P>(name, model_output, x_t);
  require(bpd.extent(0) == x_t.extent(0), name, "bpd", "hold one value per sample", shape_of(bpd));
  const auto rows = diffusion.template coefficients_at<value_t<X>>(name, t, x_t.extent(0));
  visit_batches(
      name,
      [&](const auto& x0, const auto& x, const auto& output) {
        using Variance = typename P::variance_type;
        using In = std::decay_t<decltype(x)>;
        reduce_samples<1>(
            "iddpm::process::vb_terms_bpd", exec, x.samples, x.size,
            detail::VbTerms<typename P::mean_type, Variance, D, decoder::Tanh,
                            std::decay_t<decltype(rows)>, In>{rows, denoised, decoder::Tanh{}, x0,
                                                              x, ModelOutput<Variance, In>(output)},
            detail::MeanInBits<Out>{bpd, x.size});
      },
      detail::as_input(x_start), detail::as_input(x_t), detail::as_input(model_output));
}

}  // namespace iddpm
