// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/process/reverse.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>
#include <iddpm/sampler/concepts.hpp>
#include <iddpm/sampler/detail/allocate_like.hpp>

#include <cmath>
#include <type_traits>
#include <utility>

namespace iddpm {

namespace detail {

template <Real R>
struct GuidedInput {
  R mean, gradient, v;
};

template <class Variance, class Rows, class Source, class In, class Output, class Out>
struct GuidedKernel {
  using R = typename Source::value_type;

  Rows rows;
  R scale;
  Source noise;
  In mean, gradient;
  Output output;
  Out x_out;

  [[nodiscard]] bool is_uniform() const { return rows.is_uniform(); }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    if (rows.waiting(sample)) return;
    const Coefficients<R> c = rows(sample);
    if (c.is_noisy != 0)
      run(isa, c, noise, sample, begin, end);
    else
      run(isa, c, NoNoise<R>{}, sample, begin, end);
  }

 private:
  template <class Isa, class Normals, class Sample>
  KOKKOS_INLINE_FUNCTION void run(Isa isa, const Coefficients<R>& c, const Normals& normals,
                                  const Sample& sample, std::size_t begin, std::size_t end) const {
    const R w = scale;
    auto of_mean = input(isa, sample, mean);
    auto of_gradient = input(isa, sample, gradient);
    auto given = input(isa, sample, output);
    auto to = iddpm::output(isa, sample, x_out);
    for_each_element(
        isa, normals, sample, begin, end,
        [&](auto e) -> GuidedInput<R> {
          return {of_mean(e), of_gradient(e), given.variance(e)};
        },
        [&](const GuidedInput<R>& in, R z) {
          const R shift = w * Variance::variance(c, in.v);
          const R guided = Kokkos::fma(shift, in.gradient, in.mean);
          const R deviation = c.is_noisy != 0 ? Variance::deviation(c, in.v) : R(0);
          return Kokkos::fma(deviation, z, guided);
        },
        [&](auto e, R value) { to(e) = value; }, of_mean, of_gradient, given, to);
  }
};

}  // namespace detail

/// Where a classifier's gradient is taken.
enum class GradientAt { x_t, mean };

namespace detail {

/// sampler::GuidedAncestral with the workspace for batches like one.
template <class Gradient, Denoised D, class Like, class Vector>
struct GuidedStep {
  Gradient gradient;
  double scale;
  GradientAt at;
  D denoised;
  Like mean, d_log_p;
  Vector timesteps;

  template <ExecutionSpace Exec, Process P, View X, TransitionOf<P> T, View Output, Noise N,
            View Out>
  void operator()(const Exec& exec, const P& diffusion, const X& x_t, const T& t,
                  const Output& model_output, const N& noise, const Out& x_out,
                  const Out& x_start = Out{}) const {
    require_same_shape("GuidedAncestral", "x_out", x_out, "x_t", x_t);
    require_same_shape("GuidedAncestral", "x_t", x_t, "the bound batch", mean);
    p_mean_variance(exec, diffusion, x_t, t, model_output, denoised, Out(mean), Out{}, Out{},
                    x_start);
    if (at == GradientAt::mean)
      classify(exec, diffusion, t, Out(mean), Out(d_log_p));
    else
      classify(exec, diffusion, t, x_t, Out(d_log_p));
    finish(exec, diffusion, t, model_output, noise, x_out);
  }

 private:
  template <class Exec, class P, class T, class X, class Out>
  void classify(const Exec& exec, const P& diffusion, const T& t, const X& x, const Out& g) const {
    const NetworkTimesteps<value_t<Vector>, Exec> given(timesteps.data(), timesteps.extent(0));
    if constexpr (std::is_same_v<T, TransitionRow>) {
      network_timesteps(exec, t, timesteps);
      call_denoiser(gradient, exec, x, given, g, t.row);
    } else {
      network_timesteps(exec, diffusion, t, timesteps);
      gradient(exec, x, given, g);
    }
  }

  template <class Exec, class P, class T, class Output, class N, class Out>
  void finish(const Exec& exec, const P& diffusion, const T& t, const Output& model_output,
              const N& noise, const Out& x_out) const {
    using R = compute_t<Out>;
    check_noise<P, Exec, Out, N>();
    const auto rows =
        diffusion.template coefficients_at<R>(exec, "GuidedAncestral", t, x_out.extent(0));
    visit_with_noise(
        "GuidedAncestral",
        [&](const auto& source, const auto& m, const auto& g, const auto& given, const auto& to) {
          using Variance = typename P::variance_type;
          const ModelOutput<Variance::is_learned, std::decay_t<decltype(given)>> output(given);
          for_each_tile("iddpm::sampler::guided_p_sample", exec, to,
                        GuidedKernel<Variance, std::decay_t<decltype(rows)>,
                                     std::decay_t<decltype(source)>, std::decay_t<decltype(m)>,
                                     std::decay_t<decltype(output)>, std::decay_t<decltype(to)>>{
                            rows, static_cast<R>(scale), source, m, g, output, to});
        },
        as_noise(noise), as_input(mean), as_input(d_log_p), as_input(model_output), x_out);
  }
};

}  // namespace detail

namespace sampler {

/// Ancestral sampling with a classifier's gradient g = d log p(y | x) / dx added to the mean:
/// x_{t-1} = mean + w variance g + [t > 0] exp(log_variance / 2) noise, g at x_t, or at the mean as
/// in the paper's algorithm 1. The processing of x_0 comes before the shift. FixedSmall's variance
/// is 0 at t = 0, so nothing is shifted there. guidance::Classifier is the form for any sampler.
/// \param gradient called as a denoiser is: `gradient(exec, x, timesteps, g)` writes g, (B, C,
/// ...);
///        see denoiser/concepts.hpp
/// \throws std::invalid_argument unless scale is finite.
/// \see Dhariwal & Nichol 2021, "Diffusion models beat GANs on image synthesis", algorithm 1;
///      Sohl-Dickstein et al. 2015, appendix C.
template <class Gradient, Denoised D = denoised::Clip>
class GuidedAncestral {
 public:
  /// \param gradient of ln p(y | x_t), queued on exec
  /// \param scale of the gradient
  /// \param at where it is taken
  /// \param denoised what is done to the predicted x_0
  GuidedAncestral(Gradient gradient, double scale, GradientAt at = GradientAt::mean,
                  D denoised = D{})
      : gradient_(std::move(gradient)), scale_(scale), at_(at), denoised_(std::move(denoised)) {
    require(std::isfinite(scale), "GuidedAncestral", "scale", "be finite", scale);
  }

  /// One transition, as sampler::Ancestral's, with a workspace of its own: three kernels beside the
  /// gradient's. Asynchronous on exec, but for Kokkos' wait as the workspace is freed (a run binds
  /// it once).
  template <ExecutionSpace Exec, Process P, View X, TransitionOf<P> T, View Output, Noise N,
            View Out>
  void operator()(const Exec& exec, const P& diffusion, const X& x_t, const T& t,
                  const Output& model_output, const N& noise, const Out& x_out,
                  const Out& x_start = Out{}) const {
    bind(exec, x_out)(exec, diffusion, x_t, t, model_output, noise, x_out, x_start);
  }

  /// See sampler/concepts.hpp.
  template <ExecutionSpace Exec, View X>
  [[nodiscard]] auto bind(const Exec& exec, const X& x) const {
    using R = compute_t<X>;
    using Like = detail::ManagedLike<X>;
    using Vector = Tensor<R, 1, Exec>;
    const auto bound = bind_denoised<R>(exec, denoised_, x.extent(0));
    return detail::GuidedStep<Gradient, std::decay_t<decltype(bound)>, Like, Vector>{
        gradient_,
        scale_,
        at_,
        bound,
        detail::allocate_like(exec, "iddpm::sampler::mean", x),
        detail::allocate_like(exec, "iddpm::sampler::d_log_p", x),
        Vector(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::sampler::timesteps"),
               x.extent(0))};
  }

 private:
  Gradient gradient_;
  double scale_;
  GradientAt at_;
  D denoised_;
};

}  // namespace sampler

}  // namespace iddpm
