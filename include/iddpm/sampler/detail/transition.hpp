// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/process/reverse.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>

#include <string_view>
#include <type_traits>

/// \file
/// What all samplers share: the checks, the kernel and its launch. A sampler adds a `Step`:
///
/// | expression                                        | meaning                                |
/// |---------------------------------------------------|----------------------------------------|
/// | `step.rows`, `step.denoised`                      | coefficients, bound processing of x_0  |
/// | `step.row(sample)`                                | what one sample's elements need, `c`   |
/// | `step.draws_noise(c)`                             | is the noise of this sample used?      |
/// | `step.element(c, processing, x_t, output, v, z)`  | the next x and the processed x_0       |

namespace iddpm::detail {

template <Real R>
struct TransitionInput {
  R x_t, output, v;
};

template <Real R>
struct Transitioned {
  R x_out;
  R x_start;
};

template <class Step, class Source, class In, class Output, class Out>
struct TransitionKernel {
  Step step;
  Source noise;
  In x_t;
  Output output;
  Out x_out, x_start;
  bool wants_x_start;

  [[nodiscard]] bool is_uniform() const {
    return ElementDenoised<decltype(step.denoised)> && step.rows.is_uniform();
  }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    if (step.rows.waiting(sample)) return;
    const auto c = step.row(sample);
    if (step.draws_noise(c))
      run(isa, noise, c, sample, begin, end);
    else
      run(isa, NoNoise<typename Source::value_type>{}, c, sample, begin, end);
  }

 private:
  template <class Isa, class Normals, class Row, class Sample>
  KOKKOS_INLINE_FUNCTION void run(Isa isa, const Normals& normals, const Row& c,
                                  const Sample& sample, std::size_t begin, std::size_t end) const {
    using R = typename Normals::value_type;
    const auto processing = denoised_for(step.denoised, sample);
    auto from = input(isa, sample, x_t);
    auto given = input(isa, sample, output);
    const auto read = [&](auto e) -> TransitionInput<R> {
      return {from(e), given.mean(e), given.variance(e)};
    };
    const auto compute = [&](const TransitionInput<R>& in, R z) {
      return step.template element<R>(c, processing, in.x_t, in.output, in.v, z);
    };
    auto to = iddpm::output(isa, sample, x_out);
    auto predicted = iddpm::output(isa, sample, x_start, wants_x_start);
    const auto write = [&](auto e, const Transitioned<R>& result) {
      to(e) = result.x_out;
      predicted(e) = result.x_start;
    };
    for_each_element(isa, normals, sample, begin, end, read, compute, write, from, given, to,
                     predicted);
  }
};

/// Checks the arguments of one transition, then launches it.
/// \param x_start an empty View where it is not wanted: x_out stands in for it, unwritten
template <Process P, ExecutionSpace Exec, class Step, View X, View Output, Noise N, View Out>
void transition(std::string_view name, const char* label, const Exec& exec, const Step& step,
                const X& x_t, const Output& model_output, const N& noise, const Out& x_out,
                const Out& x_start) {
  check_types<P, Exec, Out, X, Output>();
  check_noise<P, Exec, Out, N>();
  require_output_shape<P>(name, model_output, x_t);
  require_same_shape(name, "x_out", x_out, "x_t", x_t);
  require_wanted_shape(name, "x_start", x_start, "x_t", x_t);
  const bool wants_x_start = x_start.data() != nullptr;
  visit_with_noise(
      name,
      [&](const auto& source, const auto& from, const auto& given, const auto& to,
          const auto& predicted) {
        using In = std::decay_t<decltype(from)>;
        using Rows = std::decay_t<decltype(step.rows)>;
        using Part = ModelOutput<P::variance_type::is_learned, std::decay_t<decltype(given)>>;
        const Part output(given);
        measure_denoised(
            exec, step.denoised, to.samples, to.size,
            PredictedXStart<typename P::mean_type, Rows, In, Part>{step.rows, from, output});
        for_each_tile(label, exec, to,
                      TransitionKernel<Step, std::decay_t<decltype(source)>, In, Part,
                                       std::decay_t<decltype(to)>>{step, source, from, output, to,
                                                                   predicted, wants_x_start});
      },
      as_noise(noise), as_input(x_t), as_input(model_output), x_out,
      wants_x_start ? x_start : x_out);
}

}  // namespace iddpm::detail
