// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/process/reverse.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>
#include <iddpm/sampler/stage.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

/// \file
/// The kernel that all solvers share; see sampler/stage.hpp.

namespace iddpm::detail {

// An index as a type; called for its value, for a static member has no address on a device.
template <std::size_t I>
struct Index {
  static constexpr std::size_t value = I;
  KOKKOS_INLINE_FUNCTION constexpr std::size_t operator()() const { return I; }
};

template <std::size_t... Is, class F>
KOKKOS_INLINE_FUNCTION void for_each_index(std::index_sequence<Is...>, const F& f) {
  (f(Index<Is>{}), ...);
}

/// f(0), f(1) .. f(Count - 1), each index known to the compiler: a loop inside a loop over elements
/// is unrolled too late to be vectorised.
template <std::size_t Count, class F>
KOKKOS_INLINE_FUNCTION void for_each_index(const F& f) {
  for_each_index(std::make_index_sequence<Count>(), f);
}

// A device has no arrays of nothing.
template <class T, std::size_t Count>
using AtLeastOne = Kokkos::Array<T, (Count > 0 ? Count : 1)>;

template <Real R, std::size_t Reads>
struct StageWeights {
  R x_start, eps, noise;
  AtLeastOne<R, Reads> reads;
};

template <Real R, std::size_t Reads>
struct StageInput {
  R x, output;
  AtLeastOne<R, Reads> reads;
};

template <Real R, std::size_t Writes>
struct StageResult {
  R x_start;
  AtLeastOne<R, Writes> sums;
};

// A few inputs, or outputs.
template <class Access, std::size_t Count>
struct Accesses {
  AtLeastOne<Access, Count> of;

  KOKKOS_INLINE_FUNCTION void begin(std::size_t first, std::size_t count) {
    for_each_index<Count>([&](auto i) { of[i()].begin(first, count); });
  }
  KOKKOS_INLINE_FUNCTION void end(std::size_t count) const {
    for_each_index<Count>([&](auto i) { of[i()].end(count); });
  }
};

template <std::size_t... Is, class Isa, class Sample, class B, std::size_t Count>
KOKKOS_INLINE_FUNCTION auto inputs(std::index_sequence<Is...>, Isa isa, const Sample& sample,
                                   const Kokkos::Array<B, Count>& batches) {
  using Access = decltype(input(isa, sample, batches[0]));
  return Accesses<Access, sizeof...(Is)>{{input(isa, sample, batches[Is])...}};
}

/// \tparam History so many of the last reads are outputs of a network that predicts x_0: processed
///         here, as they were when they were new
template <class Mean, class D, class Rows, class Source, class In, class Out, std::size_t Reads,
          std::size_t Writes, std::size_t History>
struct StageKernel {
  using R = typename Rows::value_type;
  using Weights = Kokkos::Array<StageWeights<R, Reads>, Writes>;

  Rows rows;
  D denoised;
  Source noise;
  bool draws_noise, wants_x_start;
  Weights weights;
  In x, output;
  AtLeastOne<In, Reads> reads;
  Kokkos::Array<Out, Writes> writes;
  Kokkos::Array<bool, Writes> is_wanted;
  Out x_start;

  [[nodiscard]] bool is_uniform() const { return ElementDenoised<D> && rows.is_uniform(); }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    if (rows.waiting(sample)) return;
    if constexpr (Source::is_used)
      if (draws_noise) return run(isa, noise, sample, begin, end);
    run(isa, NoNoise<R>{}, sample, begin, end);
  }

 private:
  template <class Isa, class Normals, class Sample>
  KOKKOS_INLINE_FUNCTION void run(Isa isa, const Normals& normals, const Sample& sample,
                                  std::size_t begin, std::size_t end) const {
    const Coefficients<R> c = rows(sample);
    const Weights w = weights;
    const auto processing = denoised_for(denoised, sample);
    auto from = input(isa, sample, x);
    auto given = input(isa, sample, output);
    auto kept = inputs(std::make_index_sequence<Reads>(), isa, sample, reads);
    const auto read = [&](auto e) {
      StageInput<R, Reads> in{from(e), given(e), {}};
      for_each_index<Reads>([&](auto i) { in.reads[i()] = kept.of[i()](e); });
      return in;
    };
    const auto compute = [&](const StageInput<R, Reads>& in, R z) {
      StageResult<R, Writes> out;
      out.x_start = static_cast<R>(processing(Mean::x_start(c, in.x, in.output)));
      const R eps = predict_eps_from_xstart(c, in.x, out.x_start);
      for_each_index<Writes>(
          [&](auto i) { out.sums[i()] = sum(w[i()], processing, out.x_start, eps, in.reads, z); });
      return out;
    };
    auto to = iddpm::output(isa, sample, writes[0]);
    Accesses<StagedOutput<Out, Sample, places<Isa, Sample>>, Writes - 1> further;
    for_each_index<Writes - 1>([&](auto i) {
      further.of[i()] = {iddpm::output(isa, sample, writes[i() + 1], is_wanted[i() + 1])};
    });
    auto predicted = iddpm::output(isa, sample, x_start, wants_x_start);
    const auto write = [&](auto e, const StageResult<R, Writes>& result) {
      to(e) = result.sums[0];
      for_each_index<Writes - 1>([&](auto i) { further.of[i()](e) = result.sums[i() + 1]; });
      predicted(e) = result.x_start;
    };
    for_each_element(isa, normals, sample, begin, end, read, compute, write, from, given, kept, to,
                     further, predicted);
  }

  template <class Processing>
  KOKKOS_INLINE_FUNCTION static R sum(const StageWeights<R, Reads>& w, const Processing& processing,
                                      R x_start, R eps, const AtLeastOne<R, Reads>& reads, R z) {
    R result = Kokkos::fma(w.x_start, x_start, w.eps * eps);
    for_each_index<Reads>([&](auto i) {
      constexpr std::size_t index = decltype(i)::value;
      if constexpr (index + History < Reads)
        result = Kokkos::fma(w.reads[index], reads[index], result);
      else
        result = Kokkos::fma(w.reads[index], static_cast<R>(processing(reads[index])), result);
    });
    return Kokkos::fma(w.noise, z, result);
  }
};

/// The Views of a stage's launch.
/// \tparam In, Output, Out Views of const elements like x and like the output, and to be written
template <class In, class Output, class Out, std::size_t Reads, std::size_t Writes,
          std::size_t History>
struct StageViews {
  In x;
  Output output;
  std::array<In, Reads - History> reads;
  std::array<Output, History> history;
  std::array<Out, Writes> writes;
  Out x_start;
  bool wants_x_start;
};

template <Real R, std::size_t Reads>
StageWeights<R, Reads> weights_of(const Combination& from) {
  StageWeights<R, Reads> to{
      static_cast<R>(from.x_start), static_cast<R>(from.eps), static_cast<R>(from.noise), {}};
  for (std::size_t i = 0; i != Reads; ++i) to.reads[i] = static_cast<R>(from.reads[i]);
  return to;
}

// Batches by their place in an argument list: the first `Count` from `First` on.
template <std::size_t First, std::size_t... Is, class... Bs>
auto batches_from(std::index_sequence<Is...>, const std::tuple<Bs...>& all) {
  using B = std::decay_t<std::tuple_element_t<First, std::tuple<Bs...>>>;
  return Kokkos::Array<B, sizeof...(Is)>{std::get<First + Is>(all)...};
}

/// Launches a stage. \param draws whether the noise, which else is not looked at, is used
template <Process P, ExecutionSpace Exec, class Rows, class D, class N, class In, class Output,
          class Out, std::size_t Reads, std::size_t Writes, std::size_t History>
void launch_stage(const Exec& exec, const Rows& rows, const D& denoised, const Stage& stage,
                  const N& noise,
                  const StageViews<In, Output, Out, Reads, Writes, History>& views) {
  using R = typename Rows::value_type;
  using Mean = typename P::mean_type;
  bool draws = false;
  for (const Combination& sum : stage.writes) draws = draws || sum.noise != 0;
  const auto body = [&](const auto& source, const auto& x, const auto& given,
                        const auto&... batches) {
    const auto all = std::tie(given, batches...);
    using B = std::decay_t<decltype(x)>;
    using W = std::decay_t<std::tuple_element_t<Reads + 1, decltype(all)>>;
    const ModelOutput<P::variance_type::is_learned, B> output(given);
    measure_denoised(
        exec, denoised, x.samples, x.size,
        PredictedXStart<Mean, Rows, B, std::decay_t<decltype(output)>>{rows, x, output});
    StageKernel<Mean, D, Rows, std::decay_t<decltype(source)>, B, W, Reads, Writes, History> kernel{
        rows,
        denoised,
        source,
        draws,
        views.wants_x_start,
        {},
        x,
        P::output_parts == 2 ? given.half(0) : given,
        {},
        {},
        {},
        std::get<Reads + 1 + Writes>(all)};
    if constexpr (Reads > 0) {
      kernel.reads = batches_from<1>(std::make_index_sequence<Reads>(), all);
      for (std::size_t i = Reads - History; P::output_parts == 2 && i != Reads; ++i)
        kernel.reads[i] = kernel.reads[i].half(0);
    }
    kernel.writes = batches_from<Reads + 1>(std::make_index_sequence<Writes>(), all);
    for (std::size_t i = 0; i != Writes; ++i) {
      kernel.weights[i] = weights_of<R, Reads>(stage.writes[i]);
      kernel.is_wanted[i] = stage.writes[i].to >= 0;
    }
    for_each_tile("iddpm::sampler::stage", exec, x, kernel);
  };
  std::apply(
      [&](const auto&... all) {
        if constexpr (std::is_same_v<N, NoNoise<R>>)
          visit_batches(
              "sample", [&](const auto&... batches) { body(noise, batches...); }, all...);
        else
          visit_with_noise("sample", body, noise, all...);
      },
      std::tuple_cat(std::tuple(views.x, views.output), views.reads, views.history, views.writes,
                     std::tuple(views.x_start)));
}

}  // namespace iddpm::detail
