// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/denoiser/detail/kept_tensor.hpp>
#include <iddpm/denoiser/guidance/detail/guide.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/random/for_each_element.hpp>

#include <cmath>
#include <utility>

namespace iddpm::guidance {

namespace detail {

// Does G write a gradient with respect to a batch X?
template <class G, class Exec, class X, class T>
concept GradientFor = AnyDenoiser<const G&, Exec, X, T, iddpm::detail::TensorLike<X, Exec>>;

template <Real R>
struct MeanAndGradient {
  R mean, gradient;
};

template <Real R, class In, class Out>
struct AddGradient {
  R factor;
  In gradient;
  Out mean;

  [[nodiscard]] bool is_uniform() const { return true; }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    auto from = input(isa, sample, mean);
    auto slope = input(isa, sample, gradient);
    auto to = output(isa, sample, mean);
    for_each_element(
        isa, NoNoise<R>{}, sample, begin, end,
        [&](auto e) -> MeanAndGradient<R> {
          return {static_cast<R>(from(e)), slope(e)};
        },
        [&](const MeanAndGradient<R>& in, R) { return Kokkos::fma(factor, in.gradient, in.mean); },
        [&](auto e, R x) { to(e) = x; }, from, slope, to);
  }
};

}  // namespace detail

/// Guidance by the gradient of a classifier, or of any log p(y | x_t), itself a denoiser: the
/// output's mean part is moved as if the network had learned the score of p(x_t | y),
///
///   output + w (1 - A) / (sqrt(A) b) g,   g = d log p(y | x_t) / d x_t,   b = d x_0 / d output
///
/// which for mean::Epsilon is eps - sqrt(1 - A) w g. The variance part stays. Made by `classifier`.
///
/// At A = 0 (zero terminal SNR) the factor has no value: there g is not asked for and the output
/// stays, for x_T tells nothing about y. So too for w = 0.
/// The gradient is kept, shared by copies, and allocated when the extents change and never else:
/// one object and its copies serve one exec instance at a time.
/// \tparam Mean the process's mean type; `Mean::x_start_slope(row)` is b
/// \see Dhariwal & Nichol 2021, eq. (14) and algorithm 2.
template <class Mean, class D, class G>
class Classifier {
 public:
  /// \throws std::invalid_argument unless the scale is finite.
  Classifier(D denoiser, G gradient, double scale)
      : denoiser_(std::move(denoiser)), gradient_(std::move(gradient)), scale_(scale) {
    require(std::isfinite(scale), "classifier", "scale", "be finite", scale);
  }

  /// What g is multiplied by before it is added to the output.
  [[nodiscard]] double factor(const Coefficients<double>& row) const {
    if (row.alpha_bar == 0) return 0;
    return scale_ * row.one_minus_alpha_bar / (row.sqrt_alpha_bar * Mean::x_start_slope(row));
  }

  /// Needs the row of the batch's timestep, which a sampling run passes; see
  /// denoiser/concepts.hpp. The denoiser, the gradient, one launch. Asynchronous on exec.
  /// \pre x_t: (B, C, ...); timesteps: (B); model_output: as x_t, or (B, 2C, ...).
  /// \throws std::invalid_argument on extents that do not fit.
  template <ExecutionSpace Exec, View X, View T, View Output>
  requires AnyDenoiser<const D&, Exec, X, T, Output> && detail::GradientFor<G, Exec, X, T>
  void operator()(const Exec& exec, const X& x_t, const T& timesteps, const Output& model_output,
                  const Coefficients<double>& row) const {
    using R = compute_t<Output>;
    constexpr auto name = "classifier", label = "iddpm::denoiser::classifier";
    const bool has_variance = detail::has_variance(name, x_t, timesteps, model_output);
    call_denoiser(denoiser_, exec, x_t, timesteps, model_output, row);
    const auto factor = static_cast<R>(this->factor(row));
    if (factor == 0) return;
    const auto gradient =
        kept_.template get<value_t<X>, X::rank()>(exec, label, iddpm::detail::extents_of(x_t));
    call_denoiser(gradient_, exec, x_t, timesteps, gradient, row);
    visit_batches(
        name,
        [&]<class In, class Out>(const In& g, const Out& to) {
          const detail::OutputParts<Out> parts(to, has_variance);
          for_each_tile(label, exec, g, detail::AddGradient<R, In, Out>{factor, g, parts.mean});
        },
        typename decltype(gradient)::const_type(gradient), model_output);
  }

 private:
  D denoiser_;
  G gradient_;
  double scale_;
  iddpm::detail::KeptTensor kept_;
};

/// A denoiser guided by a gradient. Example:
/// `sample(exec, diffusion, sampler, guidance::classifier<mean::Epsilon>(net, gradient, 2), ...)`.
/// \param gradient a callable `gradient(exec, x_t, timesteps, g)`, with or without the row as a
///        denoiser, that writes d log p(y | x_t) / d x_t into g, of x_t's extents
/// \param scale w
/// \throws std::invalid_argument unless the scale is finite.
template <class Mean, class D, class G>
[[nodiscard]] auto classifier(D denoiser, G gradient, double scale = 1) {
  return Classifier<Mean, D, G>(std::move(denoiser), std::move(gradient), scale);
}

}  // namespace iddpm::guidance
