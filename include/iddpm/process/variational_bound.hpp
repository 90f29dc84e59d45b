// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/gaussian/decoder/tanh.hpp>
#include <iddpm/gaussian/normal_kl.hpp>
#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/process/reverse.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>

namespace iddpm {

/// One element's term of the variational bound, in nats, with its derivatives with respect to the
/// model's mean and log variance. For t > 0 it is KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)).
/// \param mean_error the posterior's mean minus the model's
/// \see Ho et al. 2020, eq. (5); Nichol & Dhariwal 2021, eqs. (4)-(7).
struct PosteriorTerm {
  /// The divergence and its derivatives.
  template <VarianceType Variance, Real R>
  KOKKOS_INLINE_FUNCTION BoundTerm<R> operator()(const Coefficients<R>& c, R /*x_start*/,
                                                 R mean_error, R /*mean*/, R v) const {
    return normal_kl_by_ratio(mean_error, c.recip_posterior_deviation_clipped,
                              Variance::log_variance_ratio(c, v));
  }
};

/// At t = 0 it is the decoder's -log p(x_0 | x_1).
template <Decoder D>
struct DecoderTerm {
  /// @{
  /// -ln p(x_0 | x_1) by this decoder, and its derivatives.
  D decoder;

  template <VarianceType Variance, Real R>
  KOKKOS_INLINE_FUNCTION BoundTerm<R> operator()(const Coefficients<R>& c, R x_start,
                                                 R /*mean_error*/, R mean, R v) const {
    const LogLikelihood<R> log_p = decoder(x_start, mean, R(0.5) * Variance::log_variance(c, v));
    return {-log_p.value, -log_p.d_mean, R(-0.5) * log_p.d_log_scale};
  }
  /// @}
};

/// The term of either kind of timestep.
template <VarianceType Variance, Real R, Decoder D>
KOKKOS_INLINE_FUNCTION BoundTerm<R> bound_term(const Coefficients<R>& c, R x_start, R mean_error,
                                               R mean, R v, const D& decoder) {
  if (c.is_noisy != 0)
    return PosteriorTerm{}.template operator()<Variance>(c, x_start, mean_error, mean, v);
  return DecoderTerm<D>{decoder}.template operator()<Variance>(c, x_start, mean_error, mean, v);
}

/// The decoder of a process: its loss's (see loss/decoded.hpp), decoder::Tanh where it names none.
template <Process P>
[[nodiscard]] auto decoder_of(const P& diffusion) {
  if constexpr (requires { diffusion.loss().decoder(); })
    return diffusion.loss().decoder();
  else
    return decoder::Tanh{};
}

namespace detail {

template <Real R>
struct BoundInput {
  R x_start, x_t, output, v;
};

template <Real R>
struct BoundOutput {
  R bound, x_start_error, noise_error;
};

// A sample's sums: the bound in nats, the squared error of the predicted x_0, and that of the noise
// which follows from it.
template <class Mean, class Variance, class Denoise, class Decode, class Rows, class Source,
          class X0, class Xt, class Output>
struct BoundTerms {
  using term_type = typename Output::compute_type;

  Rows rows;
  Denoise denoised;
  Decode decoder;
  Source noise;
  X0 x_start;
  Xt x_t;
  Output output;

  [[nodiscard]] bool is_uniform() const { return ElementDenoised<Denoise> && rows.is_uniform(); }

  template <class Isa, class Sample, class Into>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end, Into& terms) const {
    const Coefficients<term_type> c = rows(sample);
    if (c.is_noisy != 0)
      run(isa, c, PosteriorTerm{}, sample, begin, end, terms);
    else
      run(isa::branching(isa), c, DecoderTerm<Decode>{decoder}, sample, begin, end, terms);
  }

 private:
  template <class Isa, class Term, class Sample, class Into>
  KOKKOS_INLINE_FUNCTION void run(Isa isa, const Coefficients<term_type>& c, const Term& term_of,
                                  const Sample& sample, std::size_t begin, std::size_t end,
                                  Into& terms) const {
    using R = term_type;
    const auto processing = denoised_for(denoised, sample);
    auto clean = input(isa, sample, x_start);
    auto noisy = input(isa, sample, x_t);
    auto given = input(isa, sample, output);
    for_each_element(
        isa, noise, sample, begin, end,
        [&](auto e) -> BoundInput<R> {
          return {clean(e), noisy(e), given.mean(e), given.variance(e)};
        },
        [&](const BoundInput<R>& in, R z) -> BoundOutput<R> {
          const auto p = predict<Mean>(c, in.x_t, in.output, processing);
          const R mean_error = Mean::mean_error(c, in.x_start, in.x_t, p.x_start, in.output);
          const R x_start_error = p.x_start - in.x_start;
          const R noise_error = predict_eps_from_xstart(c, in.x_t, p.x_start) - z;
          return {
              term_of.template operator()<Variance>(c, in.x_start, mean_error, p.mean, in.v).value,
              x_start_error * x_start_error, noise_error * noise_error};
        },
        [&](auto e, const BoundOutput<R>& out) {
          terms(0, e) = out.bound;
          terms(1, e) = out.x_start_error;
          terms(2, e) = out.noise_error;
        },
        clean, noisy, given);
  }
};

// Where values are checked, throws unless a batch lies in the decoder's range.
template <ExecutionSpace Exec, Decoder D, View X>
void check_decodable(const Exec& exec, std::string_view function, const D& decoder,
                     const X& x_start) {
  if constexpr (checks_values && requires { decoder.lowest_data(); })
    visit_batches(
        function,
        [&](const auto& batch) {
          check_values(exec, function, "every x_start", "lie in the decoder's range",
                       batch.samples * batch.size, Flattened<std::decay_t<decltype(batch)>>{batch},
                       decoder.lowest_data(), decoder.highest_data());
        },
        x_start);
}

// The processing of x_0 is measured first, where it needs that.
template <MeanType Mean, ExecutionSpace Exec, class Kernel, class Finish>
void launch_bound_terms(const char* label, const Exec& exec, const Kernel& kernel,
                        const Finish& finish) {
  using Predicted =
      PredictedXStart<Mean, decltype(kernel.rows), decltype(kernel.x_t), decltype(kernel.output)>;
  measure_denoised(exec, kernel.denoised, kernel.x_t.samples, kernel.x_t.size,
                   Predicted{kernel.rows, kernel.x_t, kernel.output});
  reduce_samples<3>(label, exec, kernel.x_t, kernel, finish);
}

// The mean over a sample's elements of the first sum, in bits.
template <class Out>
struct MeanInBits {
  Out out;
  std::size_t size;

  template <std::size_t K>
  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<K>& sums) const {
    const double ln2 = 0.69314718055994530942;
    out(sample) = static_cast<compute_t<Out>>(sums.value[0] / (ln2 * static_cast<double>(size)));
  }
};

}  // namespace detail

/// Each sample's term of the variational bound at its timestep, in bits per dimension.
/// \pre x_start, x_t (B, C, ...); model_output alike, or (B, 2C, ...) where the variance is
///      learned; bpd (B); x_start in the decoder's range (8-bit levels in [-1, 1] for the usual
///      one, else NaN at t = 0); 0 <= t < T. Asynchronous on exec.
/// \param denoised what is done to the predicted x_0: the reference clips it here
/// \param decoder p(x_0 | x_1), the term of t = 0; see gaussian/concepts.hpp
/// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
/// \see Nichol & Dhariwal 2021, eqs. (4)-(6); improved_diffusion, _vb_terms_bpd.
template <ExecutionSpace Exec, Process P, View X, View Y, View Output, Denoised Denoise,
          Decoder Decode, View Out>
void vb_terms_bpd(const Exec& exec, const P& diffusion, const X& x_start, const Y& x_t,
                  const Timesteps<P>& t, const Output& model_output, const Denoise& denoised,
                  const Decode& decoder, const Out& bpd) {
  constexpr auto name = "vb_terms_bpd";
  using R = compute_t<X>;
  detail::check_types<P, Exec, Out, X, Y, Output>();
  static_assert(Out::rank() == 1, "bpd is a View of rank 1, one number per sample");
  require_same_shape(name, "x_t", x_t, "x_start", x_start);
  require_output_shape<P>(name, model_output, x_t);
  require(bpd.extent(0) == x_t.extent(0), name, "bpd", "hold one value per sample", shape_of(bpd));
  detail::check_decodable(exec, name, decoder, x_start);
  const auto rows = diffusion.template coefficients_at<R>(exec, name, t, x_t.extent(0));
  const auto bound = bind_denoised<R>(exec, denoised, x_t.extent(0));
  visit_batches(
      name,
      [&](const auto& x0, const auto& x, const auto& given) {
        using Mean = typename P::mean_type;
        using Variance = typename P::variance_type;
        using Part = ModelOutput<Variance::is_learned, std::decay_t<decltype(given)>>;
        using Kernel =
            detail::BoundTerms<Mean, Variance, std::decay_t<decltype(bound)>, Decode,
                               std::decay_t<decltype(rows)>, NoNoise<R>, std::decay_t<decltype(x0)>,
                               std::decay_t<decltype(x)>, Part>;
        detail::launch_bound_terms<Mean>("iddpm::process::vb_terms_bpd", exec,
                                         Kernel{rows, bound, decoder, {}, x0, x, Part(given)},
                                         detail::MeanInBits<Out>{bpd, x.size});
      },
      detail::as_input(x_start), detail::as_input(x_t), detail::as_input(model_output));
}

/// The same with the predicted x_0 clipped to [-1, 1] and the process's decoder.
template <ExecutionSpace Exec, Process P, View X, View Y, View Output, View Out>
void vb_terms_bpd(const Exec& exec, const P& diffusion, const X& x_start, const Y& x_t,
                  const Timesteps<P>& t, const Output& model_output, const Out& bpd) {
  vb_terms_bpd(exec, diffusion, x_start, x_t, t, model_output, denoised::Clip{},
               decoder_of(diffusion), bpd);
}

}  // namespace iddpm
