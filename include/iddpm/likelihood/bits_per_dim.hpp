// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/likelihood/prior.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/process/network_timesteps.hpp>

#include <Kokkos_Profiling_ScopedRegion.hpp>

namespace iddpm {

/// Noise for a likelihood: a NoiseStream, or anything whose `likelihood(step)` gives a Draw or a
/// View.
template <class N>
concept LikelihoodNoise = requires(const N& noise) {
  noise.likelihood(0);
};

/// The variational bound of a batch in bits per dimension, and its parts, column t for timestep t.
template <Real R, ExecutionSpace Exec>
struct BitsPerDim {
  Tensor<R, 1, Exec> total;        ///< (B): prior + the sum of vb over t
  Tensor<R, 1, Exec> prior;        ///< (B)
  Tensor<R, 2, Exec> vb;           ///< (B, T), bits per dimension
  Tensor<R, 2, Exec> x_start_mse;  ///< (B, T), of the processed predicted x_0
  Tensor<R, 2, Exec> mse;          ///< (B, T), of the noise that follows from it
};

/// Stands for the decoder of the process that is scored.
struct DecoderOfProcess {};

/// How a bound is estimated. Example: `LikelihoodSettings<denoised::Identity>{}`.
template <Denoised D = denoised::Clip, class Decode = DecoderOfProcess>
struct LikelihoodSettings {
  D denoised{};      ///< what is done to the predicted x_0; unclipped, a cosine bound explodes
  Decode decoder{};  ///< of the t = 0 term, if not the process's own; see gaussian/concepts.hpp
  int draw = 0;      ///< which of several independent estimates
};

namespace detail {

template <Real R, ExecutionSpace Exec>
struct WriteBound {
  BitsPerDim<R, Exec> result;
  int t;
  std::size_t size;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<3>& sums) const {
    const double mean = 1.0 / static_cast<double>(size), ln2 = 0.69314718055994530942;
    result.vb(sample, t) = static_cast<R>(sums.value[0] * mean / ln2);
    result.x_start_mse(sample, t) = static_cast<R>(sums.value[1] * mean);
    result.mse(sample, t) = static_cast<R>(sums.value[2] * mean);
  }
};

template <Real R, ExecutionSpace Exec>
struct SumBound {
  BitsPerDim<R, Exec> result;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample) const {
    double sum = static_cast<double>(result.prior(sample));
    for (std::size_t t = 0; t < result.vb.extent(1); ++t)
      sum += static_cast<double>(result.vb(sample, t));
    result.total(sample) = static_cast<R>(sum);
  }
};

template <Real R, ExecutionSpace Exec>
BitsPerDim<R, Exec> allocate_bits_per_dim(const Exec& exec, std::size_t batch, std::size_t steps) {
  const auto named = [&](const char* label) {
    return Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, std::string(label));
  };
  return {Tensor<R, 1, Exec>(named("iddpm::likelihood::total"), batch),
          Tensor<R, 1, Exec>(named("iddpm::likelihood::prior"), batch),
          Tensor<R, 2, Exec>(named("iddpm::likelihood::vb"), batch, steps),
          Tensor<R, 2, Exec>(named("iddpm::likelihood::x_start_mse"), batch, steps),
          Tensor<R, 2, Exec>(named("iddpm::likelihood::mse"), batch, steps)};
}

template <class Settings, Process P>
auto decoder_of(const Settings& settings, const P& diffusion) {
  if constexpr (std::is_same_v<decltype(settings.decoder), DecoderOfProcess>)
    return iddpm::decoder_of(diffusion);
  else
    return settings.decoder;
}

// Column t of the result.
template <ExecutionSpace Exec, Process P, View X, View Xt, Noise N, View Output, class Bound,
          Decoder Decode, Real R>
void add_bound(const Exec& exec, const P& diffusion, const X& x_start, const Xt& x_t, int t,
               const N& noise, const Output& model_output, const Bound& bound,
               const Decode& decoder, const BitsPerDim<R, Exec>& result) {
  const auto rows = diffusion.template coefficients_at<R>(exec, "bits_per_dim", t, x_t.extent(0));
  visit_with_noise(
      "bits_per_dim",
      [&](const auto& source, const auto& x0, const auto& x, const auto& given) {
        using Part = ModelOutput<P::variance_type::is_learned, std::decay_t<decltype(given)>>;
        using Kernel = BoundTerms<typename P::mean_type, typename P::variance_type, Bound, Decode,
                                  std::decay_t<decltype(rows)>, std::decay_t<decltype(source)>,
                                  std::decay_t<decltype(x0)>, std::decay_t<decltype(x)>, Part>;
        launch_bound_terms<typename P::mean_type>(
            "iddpm::likelihood::bits_per_dim", exec,
            Kernel{rows, bound, decoder, source, x0, x, Part(given)},
            WriteBound<R, Exec>{result, t, x.size});
      },
      as_noise(noise), as_input(x_start), as_input(x_t), as_input(model_output));
}

}  // namespace detail

/// An upper bound on -log2 p(x_0) per dimension for every sample: the prior's term plus the bound's
/// term at every t, each with one x_t ~ q(x_t | x_0), drawn with `noise.likelihood(draw T + t)`.
///
/// A sample's numbers depend on its global index `noise.first_sample + b`, not on the batch it is
/// in. The result is asynchronous on exec.
/// \pre x_start (B, C, ...) in the decoder's range (8-bit levels in [-1, 1] for the usual one, else
///      NaN); noise.first_sample the index of its first sample in the data set
/// \throws std::invalid_argument where settings.draw is negative or too large for the noise.
/// \see Nichol & Dhariwal 2021, eq. (4); improved_diffusion, calc_bpd_loop (whose columns run from
///      t = T - 1 down; here column t is timestep t).
template <ExecutionSpace Exec, Process P, class Net, LikelihoodNoise N, View X,
          Denoised D = denoised::Clip, class Decode = DecoderOfProcess>
[[nodiscard]] BitsPerDim<compute_t<X>, Exec> bits_per_dim(
    const Exec& exec, const P& diffusion, Net&& denoiser, const N& noise, const X& x_start,
    const LikelihoodSettings<D, Decode>& settings = {}) {
  using R = compute_t<X>;
  require_kokkos("bits_per_dim");
  const Kokkos::Profiling::ScopedRegion region("iddpm::likelihood::bits_per_dim");
  const int count = diffusion.num_timesteps();
  require(settings.draw >= 0, "bits_per_dim", "draw", "be at least 0", settings.draw);
  const auto decoder = detail::decoder_of(settings, diffusion);
  detail::check_decodable(exec, "bits_per_dim", decoder, x_start);
  const auto bound = bind_denoised<R>(exec, settings.denoised, x_start.extent(0));
  const auto x_t = Tensor<value_t<X>, X::rank(), Exec>(
      Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::likelihood::x_t"),
      detail::row_major_layout(x_start));
  const auto model_output = allocate_output<P>(exec, "iddpm::likelihood::model_output", x_start);
  const TimestepRows<R, Exec> timesteps(exec, network_timesteps(diffusion), x_start.extent(0));
  const auto result =
      detail::allocate_bits_per_dim<R>(exec, x_start.extent(0), static_cast<std::size_t>(count));
  prior_bpd(exec, diffusion, x_start, result.prior);
  for (int t = count - 1; t >= 0; --t) {
    const auto step_noise = noise.likelihood(static_cast<std::uint64_t>(settings.draw) *
                                                 static_cast<std::uint64_t>(count) +
                                             static_cast<std::uint64_t>(t));
    q_sample(exec, diffusion, x_start, t, step_noise, x_t);
    call_denoiser(denoiser, exec, x_t, timesteps.at(static_cast<std::size_t>(t)), model_output);
    detail::add_bound(exec, diffusion, x_start, x_t, t, step_noise, model_output, bound, decoder,
                      result);
  }
  Kokkos::parallel_for("iddpm::likelihood::total",
                       detail::SizeRange<Exec>(exec, 0, x_start.extent(0)),
                       detail::SumBound<R, Exec>{result});
  return result;
}

}  // namespace iddpm
