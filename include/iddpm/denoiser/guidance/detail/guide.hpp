// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/denoiser/guidance/options.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/random/for_each_element.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

/// \file
/// The kernels of classifier-free guidance: two outputs of a network become one.

namespace iddpm::guidance::detail {

/// Is this sample guided? Its timestep decides, as a number of the compute type.
template <Real R, class T>
struct GuidedSamples {
  T timesteps;
  R low, high;

  KOKKOS_INLINE_FUNCTION bool operator()(std::size_t sample) const {
    const auto t = static_cast<R>(timesteps(sample));
    return t >= low && t <= high;
  }
};

/// The two halves of an output's channels; where the variance is not learned, the mean stands in
/// for it.
template <class B>
struct OutputParts {
  B mean, variance;

  OutputParts(const B& output, bool has_variance)
      : mean(has_variance ? output.half(0) : output),
        variance(has_variance ? output.half(1) : output) {}
};

template <Real R>
struct TwoOutputs {
  R conditional, unconditional;
};

/// (1 - w) unconditional + w conditional.
template <Real R>
struct Extrapolation {
  R scale, complement;

  explicit Extrapolation(double w) : scale(static_cast<R>(w)), complement(static_cast<R>(1 - w)) {}

  KOKKOS_INLINE_FUNCTION R operator()(const TwoOutputs<R>& in) const {
    return Kokkos::fma(scale, in.conditional, complement * in.unconditional);
  }
};

template <Real R>
struct MeanAndVariance {
  R mean, variance;
};

template <Real R>
struct GuideInput {
  R conditional, unconditional, variance;
};

template <Real R, class Guided, class In, class Out>
struct GuideKernel {
  Guided is_guided;
  Extrapolation<R> guided;
  const R* factors;  // of the guided mean, one per sample; or null
  OutputParts<In> conditional, unconditional;
  OutputParts<Out> to;
  bool is_in_place;  // `to` holds the conditional output
  bool has_variance;

  [[nodiscard]] bool is_uniform() const { return false; }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    if (guided.scale == 1 || !is_guided(sample)) {
      if (!is_in_place) copy(isa, conditional, has_variance, sample, begin, end);
    } else if (guided.scale == 0) {
      copy(isa, unconditional, has_variance, sample, begin, end);
    } else {
      guide(isa, sample, begin, end);
    }
  }

 private:
  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void copy(Isa isa, const OutputParts<In>& from, bool wants_variance,
                                   const Sample& sample, std::size_t begin, std::size_t end) const {
    auto mean = input(isa, sample, from.mean);
    auto variance = input(isa, sample, from.variance);
    run(
        isa, wants_variance, sample, begin, end,
        [&](auto e) -> MeanAndVariance<R> {
          return {mean(e), variance(e)};
        },
        [](const MeanAndVariance<R>& in) { return in; }, mean, variance);
  }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void guide(Isa isa, const Sample& sample, std::size_t begin,
                                    std::size_t end) const {
    // Locals: what lies behind `this` may be written by the loop, for all that a compiler knows.
    const Extrapolation<R> mean = guided;
    const R factor = factors == nullptr ? R(1) : factors[sample];
    auto with = input(isa, sample, conditional.mean);
    auto without = input(isa, sample, unconditional.mean);
    auto variance = input(isa, sample, conditional.variance);
    run(
        isa, has_variance && !is_in_place, sample, begin, end,
        [&](auto e) -> GuideInput<R> {
          return {with(e), without(e), variance(e)};
        },
        [=](const GuideInput<R>& in) -> MeanAndVariance<R> {
          return {factor * mean({in.conditional, in.unconditional}), in.variance};
        },
        with, without, variance);
  }

  template <class Isa, class Sample, class Read, class Compute, class... Inputs>
  KOKKOS_INLINE_FUNCTION void run(Isa isa, bool wants_variance, const Sample& sample,
                                  std::size_t begin, std::size_t end, const Read& read,
                                  const Compute& compute, Inputs&... inputs) const {
    auto mean = output(isa, sample, to.mean);
    auto variance = output(isa, sample, to.variance, wants_variance);
    for_each_element(
        isa, NoNoise<R>{}, sample, begin, end, read, [&](const auto& in, R) { return compute(in); },
        [&](auto e, const MeanAndVariance<R>& out) {
          mean(e) = out.mean;
          variance(e) = out.variance;
        },
        inputs..., mean, variance);
  }
};

/// Both outputs' sums and sums of squares, each from the sample's first element on: a constant
/// sample's deviation is 0, not what rounding leaves.
template <Real R, class In>
struct DeviationSums {
  using term_type = double;

  Extrapolation<R> guided;
  In conditional, unconditional;

  template <class Isa, class Into>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, std::size_t sample, std::size_t begin,
                                         std::size_t end, Into& terms) const {
    const std::size_t zero = 0;
    const Extrapolation<R> mean = guided;
    const TwoOutputs<R> first{conditional(sample, zero), unconditional(sample, zero)};
    const auto first_conditional = static_cast<double>(first.conditional);
    const auto first_guided = static_cast<double>(mean(first));
    for_each_element<R>(
        isa, begin, end,
        [&](auto e) -> TwoOutputs<R> {
          return {conditional(sample, e), unconditional(sample, e)};
        },
        [=](const TwoOutputs<R>& in) -> TwoOutputs<double> {
          return {static_cast<double>(in.conditional) - first_conditional,
                  static_cast<double>(mean(in)) - first_guided};
        },
        [&](auto e, const TwoOutputs<double>& moved) {
          terms(0, e) = moved.conditional;
          terms(1, e) = moved.conditional * moved.conditional;
          terms(2, e) = moved.unconditional;
          terms(3, e) = moved.unconditional * moved.unconditional;
        });
  }
};

/// phi std_conditional / std_guided + 1 - phi.
template <Real R>
struct RescaleFactor {
  R* factors;
  double rescale, size;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<4>& sums) const {
    const double conditional = squared_deviation(sums.value[0], sums.value[1]);
    const double guided = squared_deviation(sums.value[2], sums.value[3]);
    const double ratio = guided <= 0 ? 1 : Kokkos::sqrt(conditional / guided);
    factors[sample] = static_cast<R>(Kokkos::fma(rescale, ratio, 1 - rescale));
  }

 private:
  [[nodiscard]] KOKKOS_INLINE_FUNCTION double squared_deviation(double sum, double squares) const {
    const double of_mean = sum / size, rest = Kokkos::fma(-of_mean, sum, squares);
    return rest < 0 ? 0 : rest;
  }
};

/// Checks the extents of a denoiser's arguments. Does the model output have a variance part?
/// \throws std::invalid_argument unless it has the extents of x_t, or twice its channels, and
///         there is a timestep per sample.
template <View Output, View X, View T>
[[nodiscard]] bool has_variance(std::string_view function, const X& x_t, const T& timesteps,
                                const Output& model_output) {
  static_assert(T::rank() == 1, "timesteps is a View of rank 1, one per sample");
  static_assert(Output::rank() == X::rank(), "all batches of one call have one rank");
  if (timesteps.extent(0) != x_t.extent(0))
    require(false, function, "timesteps",
            "hold one value per sample (" + std::to_string(x_t.extent(0)) + ")",
            timesteps.extent(0));
  bool same = true, twice = X::rank() >= 2;
  for (std::size_t r = 0; r < X::rank(); ++r) {
    same = same && model_output.extent(r) == x_t.extent(r);
    twice = twice && model_output.extent(r) == x_t.extent(r) * (r == 1 ? 2 : 1);
  }
  if (!same && !twice)
    require(false, function, "model_output",
            "have the extents of x_t " + shape_of(x_t) + ", or twice its channels",
            shape_of(model_output));
  return !same;
}

/// Queues the guided output of two, per sample by its timestep. \param kept_factors a KeptTensor
template <ExecutionSpace Exec, View T, View C, View U, View Output, class Kept>
void guide(std::string_view function, const Exec& exec, const ClassifierFreeOptions& options,
           bool has_variance, const T& timesteps, const C& conditional, const U& unconditional,
           const Output& model_output, const Kept& kept_factors) {
  using R = compute_t<Output>;
  const auto guide_batches = [&]<class From, class To>(const From& c, const From& u, const To& to) {
    const Extrapolation<R> guided(options.scale);
    OutputParts<From> from(c, has_variance), other(u, has_variance);
    const bool is_in_place = c.data == to.data;
    if (is_in_place) from.variance = from.mean;  // never copied, so not read either
    const R* factors = nullptr;
    if (options.rescale > 0 && options.scale != 0 && options.scale != 1) {
      const auto made =
          kept_factors.template get<R, 1>(exec, "iddpm::denoiser::guidance_rescale", {to.samples});
      reduce_samples<4>(
          "iddpm::denoiser::guidance_rescale", exec, from.mean,
          DeviationSums<R, From>{guided, from.mean, other.mean},
          RescaleFactor<R>{made.data(), options.rescale, static_cast<double>(from.mean.size)});
      factors = made.data();
    }
    const GuidedSamples<R, T> is_guided{timesteps, static_cast<R>(options.interval.low),
                                        static_cast<R>(options.interval.high)};
    for_each_tile("iddpm::denoiser::guidance", exec, from.mean,
                  GuideKernel<R, GuidedSamples<R, T>, From, To>{
                      is_guided, guided, factors, from, other, OutputParts<To>(to, has_variance),
                      is_in_place, has_variance});
  };
  // The half of an output may lie less aligned than the whole: so its extents are seen too.
  using Half = Kokkos::View<const value_t<Output>**, Kokkos::LayoutRight,
                            typename Output::memory_space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
  const Half half(model_output.data(), model_output.extent(0),
                  sample_size(model_output) / (has_variance ? 2 : 1));
  visit_batches(
      function,
      [&]<class From, class To>(const From& c, const From& u, const To& to, const From&) {
        guide_batches(c, u, to);
      },
      typename C::const_type(conditional), typename U::const_type(unconditional), model_output,
      half);
}

}  // namespace iddpm::guidance::detail
