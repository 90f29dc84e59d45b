// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>

#include <cstddef>
#include <type_traits>

namespace iddpm {

namespace detail {

template <class Source, class B>
struct FillNormal {
  Source noise;
  B out;

  [[nodiscard]] bool is_uniform() const { return true; }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    using R = typename Source::value_type;
    std::size_t first = begin;
    constexpr bool in_place = std::is_same_v<B, Batch<R>> && std::is_same_v<Sample, std::size_t>;
    if constexpr (in_place && (isa::width < Isa >> 4)) {
      constexpr std::size_t width = isa::width<Isa>;
      for (; first + width <= end; first += width)
        normals<width>(isa, noise.draw, sample, static_cast<std::uint32_t>(first / 4),
                       &out(sample, first));
    }
    auto to = output(isa, sample, out);
    for_each_element(
        isa, noise, sample, first, end, [](auto) { return R(0); }, [](R, R z) { return z; },
        [&](auto e, R z) { to(e) = z; }, to);
  }
};

}  // namespace detail

/// Fills a batch with standard normals: element e of sample i (row-major inside the sample, in any
/// layout) is lane e mod 4 of block e / 4 of the draw for sample first_sample + i.
/// In 16 bits, the float normal rounded once.
/// \pre out: (B, ...), float, double or 16 bits, rank 1 to 8. Asynchronous on exec.
/// \throws std::invalid_argument unless a sample has at most 2^34 elements.
template <ExecutionSpace Exec, View V>
void fill_normal(const Exec& exec, const Draw& draw, const V& out) {
  static_assert(Real<compute_t<V>> && !std::is_const_v<typename V::value_type>,
                "fill_normal: out must have elements of float, double or 16 bits, not const");
  static_assert(ViewOn<V, Exec>, "fill_normal: out lies in memory that exec can reach");
  require_kokkos("fill_normal");
  visit_with_noise(
      "fill_normal",
      [&](const auto& source, const auto& batch) {
        using Source = std::decay_t<decltype(source)>;
        using B = std::decay_t<decltype(batch)>;
        for_each_tile("iddpm::random::fill_normal", exec, batch,
                      detail::FillNormal<Source, B>{source, batch});
      },
      draw, out);
}

}  // namespace iddpm
