// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/denoiser/detail/kept_tensor.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/random/for_each_element.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

/// \file
/// A batch of B samples twice, as one of 2B.

namespace iddpm::guidance::detail {

template <View V, ExecutionSpace Exec>
using Doubled = Tensor<value_t<V>, V::rank(), Exec>;

/// Memory for twice the samples of a View. \param kept a KeptTensor
template <ExecutionSpace Exec, class Kept, View V>
[[nodiscard]] Doubled<V, Exec> doubled(const Exec& exec, const Kept& kept, const V& view) {
  return kept.template get<value_t<V>, V::rank()>(
      exec, "iddpm::denoiser::guidance", iddpm::detail::extents_with(view, 0, 2 * view.extent(0)));
}

/// The first or the second half of a doubled batch's samples.
template <View V>
[[nodiscard]] auto samples_of(const V& doubled, int half) {
  const std::size_t count = doubled.extent(0) / 2, begin = half == 0 ? 0 : count;
  return [&]<std::size_t... Axis>(std::index_sequence<Axis...>) {
    return Kokkos::subview(doubled, std::pair{begin, begin + count}, ((void)Axis, Kokkos::ALL)...);
  }
  (std::make_index_sequence<V::rank() - 1>());
}

template <Real R, class In, class Out, class T, class Ts>
struct DoubleBatch {
  In from;
  Out first, second;
  T timesteps;
  Ts doubled_timesteps;

  [[nodiscard]] bool is_uniform() const { return false; }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    if (begin == 0) {
      const std::size_t index = sample;
      doubled_timesteps(index) = timesteps(index);
      doubled_timesteps(index + from.samples) = timesteps(index);
    }
    auto of_batch = input(isa, sample, from);
    auto to_first = output(isa, sample, first);
    auto to_second = output(isa, sample, second);
    for_each_element(
        isa, NoNoise<R>{}, sample, begin, end, [&](auto e) -> R { return of_batch(e); },
        [](R x, R) { return x; },
        [&](auto e, R x) {
          to_first(e) = x;
          to_second(e) = x;
        },
        of_batch, to_first, to_second);
  }
};

/// Queues the doubling of x_t and timesteps.
template <ExecutionSpace Exec, View X, View T>
void double_batch(std::string_view function, const Exec& exec, const X& x_t, const T& timesteps,
                  const Doubled<X, Exec>& doubled_x, const Doubled<T, Exec>& doubled_timesteps) {
  visit_batches(
      function,
      [&]<class From, class To>(const From& from, const To& first, const To& second) {
        for_each_tile("iddpm::denoiser::guidance_doubled", exec, from,
                      DoubleBatch<compute_t<X>, From, To, T, Doubled<T, Exec>>{
                          from, first, second, timesteps, doubled_timesteps});
      },
      typename X::const_type(x_t), samples_of(doubled_x, 0), samples_of(doubled_x, 1));
}

}  // namespace iddpm::guidance::detail
