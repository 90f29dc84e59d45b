// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>
#include <iddpm/schedule/device_coefficients.hpp>

#include <type_traits>

namespace iddpm::detail {

template <class Source, class Out>
struct Renoise {
  using R = typename Source::value_type;

  R scale, deviation;
  Source noise;
  Out x;
  Waiting waiting;

  [[nodiscard]] bool is_uniform() const { return waiting.starts == nullptr; }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    if (waiting(sample)) return;
    const R kept = scale, added = deviation;
    auto from = input(isa, sample, x);
    auto to = output(isa, sample, x);
    for_each_element(
        isa, noise, sample, begin, end, [&](auto e) { return static_cast<R>(from(e)); },
        [&](R value, R z) { return Kokkos::fma(added, z, kept * value); },
        [&](auto e, R value) { to(e) = value; }, from, to);
  }
};

/// x = scale x + deviation noise: a forward jump with sqrt(1 - beta) and sqrt(beta). Asynchronous.
/// \param waiting samples that are left as they are
template <ExecutionSpace Exec, Noise N, View X>
void renoise(const Exec& exec, double scale, double deviation, const N& noise, const X& x,
             const Waiting& waiting = {}) {
  using R = compute_t<X>;
  visit_with_noise(
      "renoise",
      [&](const auto& source, const auto& out) {
        for_each_tile("iddpm::sampler::renoise", exec, out,
                      Renoise<std::decay_t<decltype(source)>, std::decay_t<decltype(out)>>{
                          static_cast<R>(scale), static_cast<R>(deviation), source, out, waiting});
      },
      noise, x);
}

}  // namespace iddpm::detail
