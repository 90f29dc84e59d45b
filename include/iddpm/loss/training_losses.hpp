// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/loss/concepts.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/process/variational_bound.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>

namespace iddpm {

/// What training_losses writes for each sample, Views (B); one without memory (as a View() is) is
/// not wanted.
/// Example: `TrainingLosses<Column>{.loss = loss}`.
template <View V>
struct TrainingLosses {
  V loss = V();  ///< what is trained on
  V mse = V();   ///< its mse part, in squared units of the output, weighted (0 for Kl, RescaledKl)
  V vb = V();    ///< its part of the bound, in bits per dimension, scaled (0 where it has none)
};

/// One element's parts of a loss and its derivatives with respect to the network's output.
template <Real R>
struct LossElement {
  R mse;               ///< (target - output)^2
  R bound;             ///< nats
  R d_mse_d_output;    ///< derivative of mse by the output
  R d_bound_d_output;  ///< of bound by the output's mean part
  R d_bound_d_v;       ///< of bound by its variance part
};

/// The loss of one element; x_0 is not processed, so everything is smooth. In a hybrid loss the
/// bound's mean is frozen: it moves the variance only.
/// \param term_of the bound's term of the timestep: PosteriorTerm, or DecoderTerm at t = 0
/// \see Nichol & Dhariwal 2021, section 3.1; improved_diffusion, training_losses.
template <MeanType Mean, VarianceType Variance, Loss L, Real R, class Term>
KOKKOS_INLINE_FUNCTION LossElement<R> loss_element(const Coefficients<R>& c, R x_start, R x_t,
                                                   R noise, R output, R v, const Term& term_of) {
  const R error = Mean::target(c, x_start, x_t, noise) - output;
  LossElement<R> element{};
  if constexpr (L::uses_mse) {
    element.mse = error * error;
    element.d_mse_d_output = R(-2) * error;
  }
  if constexpr (!L::uses_mse || Variance::is_learned) {
    const R slope = Mean::mean_slope(c);
    const R mean = Mean::mean(c, x_t, Mean::x_start(c, x_t, output), output);
    const auto term = term_of.template operator()<Variance>(c, x_start, slope * error, mean, v);
    element.bound = term.value;
    element.d_bound_d_v = term.d_log_variance * Variance::log_variance_slope(c);
    if constexpr (!L::uses_mse) element.d_bound_d_output = term.d_mean * slope;
  }
  return element;
}

namespace detail {

template <Real R>
struct LossInput {
  R x_start, x_t, output, v;
};

// What a sample's elements share.
template <Real R>
struct LossRow {
  Coefficients<R> c;
  R mse_weight;      // of the mse as it is reported
  R weighted_mse;    // of its gradient
  R weighted_bound;  // of the bound's gradient
};

template <class Mean, class Variance, class L, class Decode, class Rows, class Source, class X0,
          class Xt, class Output, class Out>
struct TrainingLossesKernel {
  using term_type = typename Output::compute_type;
  using R = term_type;

  L loss;
  Decode decoder;
  Rows rows;
  PerSample<R, typename Rows::execution_space> weight;
  Source noise;
  X0 x_start;
  Xt x_t;
  Output output;
  Out d_mean, d_variance;  // the gradient's two parts
  bool wants_gradient;
  double bound_scale;  // nats of one sample's sum to the loss's bits per dimension
  double mse_scale;

  [[nodiscard]] bool is_uniform() const { return rows.is_uniform() && weight.is_uniform(); }

  template <class Isa, class Sample, class Into>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end, Into& terms) const {
    LossRow<R> row{rows(sample), 0, 0, static_cast<R>(bound_scale) * weight(sample)};
    row.mse_weight = iddpm::mse_weight<Mean>(loss, row.c);
    row.weighted_mse = static_cast<R>(mse_scale) * weight(sample) * row.mse_weight;
    if (row.c.is_noisy != 0)
      run(isa, row, PosteriorTerm{}, sample, begin, end, terms);
    else
      run(isa::branching(isa), row, DecoderTerm<Decode>{decoder}, sample, begin, end, terms);
  }

 private:
  template <class Isa, class Term, class Sample, class Into>
  KOKKOS_INLINE_FUNCTION void run(Isa isa, const LossRow<R>& row, const Term& term_of,
                                  const Sample& sample, std::size_t begin, std::size_t end,
                                  Into& terms) const {
    auto clean = input(isa, sample, x_start);
    auto noisy = input(isa, sample, x_t);
    auto given = input(isa, sample, output);
    auto to_mean = iddpm::output(isa, sample, d_mean, wants_gradient);
    auto to_variance =
        iddpm::output(isa, sample, d_variance, wants_gradient && Variance::is_learned);
    for_each_element(
        isa, noise, sample, begin, end,
        [&](auto e) -> LossInput<R> {
          return {clean(e), noisy(e), given.mean(e), given.variance(e)};
        },
        [&](const LossInput<R>& in, R z) {
          return loss_element<Mean, Variance, L>(row.c, in.x_start, in.x_t, z, in.output, in.v,
                                                 term_of);
        },
        [&](auto e, const LossElement<R>& element) {
          terms(0, e) = row.mse_weight * element.mse;
          terms(1, e) = element.bound;
          to_mean(e) = row.weighted_mse * element.d_mse_d_output +
                       row.weighted_bound * element.d_bound_d_output;
          to_variance(e) = row.weighted_bound * element.d_bound_d_v;
        },
        clean, noisy, given, to_mean, to_variance);
  }
};

template <class V>
struct WriteLosses {
  TrainingLosses<V> losses;
  double mse_scale, bound_scale;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<2>& sums) const {
    using R = compute_t<V>;
    const double mse = mse_scale * sums.value[0], vb = bound_scale * sums.value[1];
    if (losses.loss.data() != nullptr) losses.loss(sample) = static_cast<R>(mse + vb);
    if (losses.mse.data() != nullptr) losses.mse(sample) = static_cast<R>(mse);
    if (losses.vb.data() != nullptr) losses.vb(sample) = static_cast<R>(vb);
  }
};

// A target that needs no noise draws and reads none.
template <MeanType Mean, Real R, class Source>
auto needed(const Source& source) {
  if constexpr (Mean::needs_noise)
    return source;
  else
    return NoNoise<R>{};
}

template <View V>
void require_loss_extents(const TrainingLosses<V>& losses, std::size_t samples) {
  static_assert(V::rank() == 1, "losses are Views of rank 1, one number per sample");
  static_assert(!std::is_const_v<typename V::value_type>,
                "losses are Views of numbers that may be written, not of const ones");
  const auto check = [&](const V& view) {
    require(view.data() == nullptr || view.extent(0) == samples, "training_losses",
            "every View of losses", "have no memory or hold one value per sample", shape_of(view));
  };
  check(losses.loss);
  check(losses.mse);
  check(losses.vb);
}

}  // namespace detail

/// Each sample's training loss, and the gradient of sum_b weight_b loss_b with respect to
/// model_output, exact, in one kernel.
/// \pre x_start, x_t and a noise View: (B, C, ...) of equal extents, noise what made x_t;
///      model_output and gradient (which may be without memory, or model_output): alike, or
///      (B, 2C, ...) where the variance is learned; t: an int or (B), 0 <= t < T; weight: a number
///      or (B).
///      x_start in the decoder's range where the loss has a bound (8-bit levels in [-1, 1] for the
///      usual decoder, else that is NaN at t = 0). Asynchronous on exec.
/// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
/// \see Nichol & Dhariwal 2021, section 3.1; improved_diffusion, training_losses.
template <ExecutionSpace Exec, Process P, View X, View Y, Noise N, View Output, View V,
          View Gradient>
void training_losses(const Exec& exec, const P& diffusion, const X& x_start, const Y& x_t,
                     const Timesteps<P>& t, const N& noise, const Output& model_output,
                     const PerSample<compute_t<X>, std::type_identity_t<Exec>>& weight,
                     const TrainingLosses<V>& losses, const Gradient& gradient) {
  constexpr auto name = "training_losses";
  using R = compute_t<X>;
  using Mean = typename P::mean_type;
  using Variance = typename P::variance_type;
  using L = typename P::loss_type;
  detail::check_types<P, Exec, Gradient, X, Y, Output, V>();
  detail::check_noise<P, Exec, Gradient, N>();
  require_same_shape(name, "x_t", x_t, "x_start", x_start);
  require_output_shape<P>(name, model_output, x_t);
  detail::require_wanted_shape(name, "gradient", gradient, "model_output", model_output);
  detail::require_loss_extents(losses, x_t.extent(0));
  weight.require_extent(name, "weight", x_t.extent(0));
  const auto decoder = decoder_of(diffusion);
  if constexpr (!L::uses_mse || Variance::is_learned)
    detail::check_decodable(exec, name, decoder, x_start);
  const auto rows = diffusion.template coefficients_at<R>(exec, name, t, x_t.extent(0));
  const double mse_scale = 1.0 / static_cast<double>(sample_size(x_t));
  const double bound_scale =
      mse_scale * diffusion.loss().bound_scale(diffusion.num_timesteps()) / 0.69314718055994530942;
  const bool wants_gradient = gradient.data() != nullptr;
  const auto launch = [&](const auto& source, const auto& x0, const auto& x, const auto& given,
                          const auto& d_output) {
    using Part = ModelOutput<Variance::is_learned, std::decay_t<decltype(given)>>;
    using Out = std::decay_t<decltype(d_output)>;
    const auto used = detail::needed<Mean, R>(source);
    const bool learned = Variance::is_learned;
    using Kernel =
        detail::TrainingLossesKernel<Mean, Variance, L, std::decay_t<decltype(decoder)>,
                                     std::decay_t<decltype(rows)>, std::decay_t<decltype(used)>,
                                     std::decay_t<decltype(x0)>, std::decay_t<decltype(x)>, Part,
                                     Out>;
    reduce_samples<2>("iddpm::loss::training_losses", exec, x,
                      Kernel{diffusion.loss(), decoder, rows, weight, used, x0, x, Part(given),
                             learned ? d_output.half(0) : d_output, d_output.half(1),
                             wants_gradient, bound_scale, mse_scale},
                      detail::WriteLosses<V>{losses, mse_scale, bound_scale});
  };
  if (wants_gradient)
    visit_with_noise(name, launch, detail::as_noise(noise), detail::as_input(x_start),
                     detail::as_input(x_t), detail::as_input(model_output), gradient);
  else
    visit_with_noise(
        name, [&](const auto&... given) { launch(given..., Batch<value_t<Gradient>>{}); },
        detail::as_noise(noise), detail::as_input(x_start), detail::as_input(x_t),
        detail::as_input(model_output));
}

}  // namespace iddpm
