// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/random/noise_source.hpp>

#include <string_view>
#include <type_traits>

/// \file
/// What all samplers share: the checks, the kernel and its launch. A sampler adds a `Step`:
///
/// | expression                             | meaning                                           |
/// |----------------------------------------|---------------------------------------------------|
/// | `step.row(sample)`                     | what one sample's elements need, `c` below        |
/// | `step.draws_noise(c)`                  | is the noise of this sample used?                 |
/// | `step.element(c, x_t, output, v, z)`   | x_{t-1} and the processed x_0, as a Transitioned  |

namespace iddpm::detail {

template <Real R>
struct Transitioned {
  R x_prev;
  R x_start;
};

template <class Variance, class Step, class Source, class In, class Out>
struct TransitionKernel {
  Step step;
  Source noise;
  In x_t;
  ModelOutput<Variance, In> output;
  Out x_prev, x_start;
  bool wants_x_start;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto c = step.row(sample);
    if (!step.draws_noise(c)) {
      for (std::size_t e = begin; e < end; ++e) write(c, sample, e, 0);
      return;
    }
    noise.for_each(sample, begin, end, [&](std::size_t e, auto z) { write(c, sample, e, z); });
  }

  template <class Row, class Z>
  KOKKOS_INLINE_FUNCTION void write(const Row& c, std::size_t sample, std::size_t e, Z z) const {
    using R = std::remove_cvref_t<decltype(x_t(sample, e))>;
    const auto result = step.element(c, x_t(sample, e), output.mean(sample, e),
                                     output.variance(sample, e), static_cast<R>(z));
    x_prev(sample, e) = result.x_prev;
    if (wants_x_start) x_start(sample, e) = result.x_start;
  }
};

/// Checks the arguments of one transition, then launches it.
/// \param x_start an empty View where it is not wanted: x_prev stands in for it, unwritten
template <Process P, ExecutionSpace Exec, class Step, View X, View Output, Noise N, View Out>
void transition(std::string_view name, const char* label, const Exec& exec, const Step& step,
                const X& x_t, const Output& model_output, const N& noise, const Out& x_prev,
                const Out& x_start) {
  check_types<P, Exec, Out, X, Output>();
  require_output_shape<P>(name, model_output, x_t);
  require_same_shape(name, "x_prev", x_prev, "x_t", x_t);
  const bool wants_x_start = x_start.data() != nullptr;
  if (wants_x_start) require_same_shape(name, "x_start", x_start, "x_t", x_t);
  visit_with_noise(
      name,
      [&](const auto& source, const auto& from, const auto& output, const auto& to,
          const auto& predicted) {
        using Variance = typename P::variance_type;
        using In = std::decay_t<decltype(from)>;
        for_each_tile(label, exec, to.samples, to.size,
                      TransitionKernel<Variance, Step, std::decay_t<decltype(source)>, In,
                                       std::decay_t<decltype(to)>>{
                          step, source, from, ModelOutput<Variance, In>(output), to, predicted,
                          wants_x_start});
      },
      as_noise(noise), as_input(x_t), as_input(model_output), x_prev,
      wants_x_start ? x_start : x_prev);
}

}  // namespace iddpm::detail
