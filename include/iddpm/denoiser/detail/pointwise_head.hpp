// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/denoiser/detail/matrix.hpp>
#include <iddpm/denoiser/detail/mlp_layout.hpp>
#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/math/exp.hpp>

#include <cstddef>

/// \file
/// The pointwise head of an Mlp: a network of K units that acts on each element e alone, on x_e and
/// on the two maps z_me that the trunk gives that element,
///
///   u_k = gain_k x_e + offset_k + sum_m map_mk z_me,   y_k = u_k exp(-u_k^2 / 2),
///   out_ce = skip_c x_e + sum_k output_ck y_k          (c = 0 mean part, 1 variance part),
///
/// whose weights are a linear function of the timestep's embedding and shared by all elements.
///
/// Why: where there is little noise the best denoiser is a steep function of single elements (is
/// this pixel's distance from white noise or ink?), of a steepness that changes with t. A trunk
/// that mixes all elements learns that slowly, units that all elements share at once.

namespace iddpm::detail {

/// The unit y = u exp(-u^2 / 2) and its slope: it answers near zero only, and the answer is local.
template <Real R>
struct Window {
  R value, slope;

  KOKKOS_INLINE_FUNCTION static Window at(R u) {
    const R bell = math::exp(R(-0.5) * u * u);
    return {u * bell, Kokkos::fma(-u, u, R(1)) * bell};
  }
};

/// The elements that a thread takes through the units together.
template <ExecutionSpace Exec>
inline constexpr std::size_t head_piece =
    Kokkos::SpaceAccessibility<Exec, Kokkos::HostSpace>::accessible ? 64 : 4;

/// What the units of one sample are made from.
template <class R, ExecutionSpace Exec>
struct HeadInputs {
  Matrix<R, Exec> x, maps, modulation;
  HeadColumns columns;

  /// u_k of `count` elements from `first` on.
  KOKKOS_INLINE_FUNCTION void unit(std::size_t i, std::size_t k, std::size_t first,
                                   std::size_t count, R* u) const {
    const R* const in = &x(i, first);
    const R gain = modulation(i, columns.gain(k)), offset = modulation(i, columns.offset(k));
    for (std::size_t l = 0; l < count; ++l) u[l] = Kokkos::fma(gain, in[l], offset);
    for (std::size_t m = 0; m < head_maps; ++m) {
      const R* const z = &maps(i, m * x.extent(1) + first);
      const R weight = modulation(i, columns.map(m, k));
      for (std::size_t l = 0; l < count; ++l) u[l] = Kokkos::fma(weight, z[l], u[l]);
    }
  }
};

template <class R, ExecutionSpace Exec, class B>
struct Head {
  static constexpr std::size_t piece = head_piece<Exec>;

  HeadInputs<R, Exec> inputs;
  B out;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    for (std::size_t first = begin; first < end; first += piece)
      write(i, first, first + piece < end ? piece : end - first);
  }

  KOKKOS_INLINE_FUNCTION void write(std::size_t i, std::size_t first, std::size_t count) const {
    const HeadColumns& columns = inputs.columns;
    R sum[2][piece], u[piece];
    for (std::size_t c = 0; c < columns.outputs; ++c) {
      const R skip = inputs.modulation(i, columns.skip(c));
      const R* const in = &inputs.x(i, first);
      for (std::size_t l = 0; l < count; ++l) sum[c][l] = skip * in[l];
    }
    for (std::size_t k = 0; k < columns.units; ++k) {
      inputs.unit(i, k, first, count, u);
      for (std::size_t l = 0; l < count; ++l) u[l] = Window<R>::at(u[l]).value;
      for (std::size_t c = 0; c < columns.outputs; ++c) {
        const R weight = inputs.modulation(i, columns.output(c, k));
        for (std::size_t l = 0; l < count; ++l) sum[c][l] = Kokkos::fma(weight, u[l], sum[c][l]);
      }
    }
    for (std::size_t c = 0; c < columns.outputs; ++c)
      for (std::size_t l = 0; l < count; ++l)
        out(i, c * inputs.x.extent(1) + first + l) =
            static_cast<std::decay_t<decltype(out(i, first))>>(sum[c][l]);
  }
};

/// For unit k of sample i (row i K + k): d u, kept for the maps' gradient, and the sums over the
/// elements that are the gradients with respect to the unit's weights.
template <class R, ExecutionSpace Exec>
struct HeadUnitBackward {
  static constexpr std::size_t piece = head_piece<Exec>;
  static constexpr std::size_t weights = 4 + head_maps;  // gain, offset, maps, two outputs

  HeadInputs<R, Exec> inputs;
  Matrix<R, Exec> gradient, unit_gradient;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t row, std::size_t begin, std::size_t end,
                                         Sums<weights>& sums) const {
    for (std::size_t first = begin; first < end; first += piece)
      add(row, first, first + piece < end ? piece : end - first, sums);
  }

  KOKKOS_INLINE_FUNCTION void add(std::size_t row, std::size_t first, std::size_t count,
                                  Sums<weights>& sums) const {
    const HeadColumns& columns = inputs.columns;
    const std::size_t i = row / columns.units, k = row % columns.units, data = inputs.x.extent(1);
    R u[piece], y[piece], d_y[piece] = {};
    inputs.unit(i, k, first, count, u);
    for (std::size_t c = 0; c < columns.outputs; ++c) {
      const R weight = inputs.modulation(i, columns.output(c, k));
      const R* const g = &gradient(i, c * data + first);
      for (std::size_t l = 0; l < count; ++l) d_y[l] = Kokkos::fma(weight, g[l], d_y[l]);
    }
    R* const d_u = &unit_gradient(row, first);
    for (std::size_t l = 0; l < count; ++l) {
      const auto window = Window<R>::at(u[l]);
      y[l] = window.value;
      d_u[l] = window.slope * d_y[l];
    }
    const R* const x = &inputs.x(i, first);
    for (std::size_t l = 0; l < count; ++l) {
      sums.value[0] += static_cast<double>(d_u[l] * x[l]);
      sums.value[1] += static_cast<double>(d_u[l]);
      for (std::size_t m = 0; m < head_maps; ++m)
        sums.value[2 + m] += static_cast<double>(d_u[l] * inputs.maps(i, m * data + first + l));
      for (std::size_t c = 0; c < columns.outputs; ++c)
        sums.value[2 + head_maps + c] +=
            static_cast<double>(y[l] * gradient(i, c * data + first + l));
    }
  }
};

template <class R, ExecutionSpace Exec>
struct WriteUnitGradient {
  Matrix<R, Exec> modulation_gradient;
  HeadColumns columns;

  // The columns of a unit's weights lie `units` apart, in the order of the sums.
  KOKKOS_INLINE_FUNCTION void operator()(std::size_t row, const Sums<4 + head_maps>& sums) const {
    const std::size_t i = row / columns.units, k = row % columns.units;
    for (std::size_t s = 0; s < 2 + head_maps + columns.outputs; ++s)
      modulation_gradient(i, columns.gain(k) + s * columns.units) = static_cast<R>(sums.value[s]);
  }
};

/// d z_me = sum_k map_mk d u_k.
template <class R, ExecutionSpace Exec>
struct HeadMapsBackward {
  HeadInputs<R, Exec> inputs;
  Matrix<R, Exec> unit_gradient, maps_gradient;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const HeadColumns& columns = inputs.columns;
    for (std::size_t m = 0; m < head_maps; ++m) {
      R* const out = &maps_gradient(i, m * inputs.x.extent(1));
      for (std::size_t e = begin; e < end; ++e) out[e] = R(0);
      for (std::size_t k = 0; k < columns.units; ++k) {
        const R* const d_u = &unit_gradient(i * columns.units + k, 0);
        const R weight = inputs.modulation(i, columns.map(m, k));
        for (std::size_t e = begin; e < end; ++e) out[e] = Kokkos::fma(weight, d_u[e], out[e]);
      }
    }
  }
};

/// d skip_c = sum_e x_e g_ce.
template <class R, ExecutionSpace Exec>
struct HeadSkipBackward {
  HeadInputs<R, Exec> inputs;
  Matrix<R, Exec> gradient;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end,
                                         Sums<2>& sums) const {
    const std::size_t data = inputs.x.extent(1);
    for (std::size_t c = 0; c < inputs.columns.outputs; ++c)
      for (std::size_t e = begin; e < end; ++e)
        sums.value[c] += static_cast<double>(inputs.x(i, e) * gradient(i, c * data + e));
  }
};

template <class R, ExecutionSpace Exec>
struct WriteSkipGradient {
  Matrix<R, Exec> modulation_gradient;
  HeadColumns columns;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, const Sums<2>& sums) const {
    for (std::size_t c = 0; c < columns.outputs; ++c)
      modulation_gradient(i, columns.skip(c)) = static_cast<R>(sums.value[c]);
  }
};

}  // namespace iddpm::detail
