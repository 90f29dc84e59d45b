// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/denoiser/detail/matrix.hpp>
#include <iddpm/math/logistic.hpp>
#include <iddpm/math/sincos.hpp>

#include <cstddef>

/// \file
/// What an Mlp does between its matrix products. A row of a matrix is a sample.

namespace iddpm::detail {

/// x logistic(x).
template <Real R>
KOKKOS_INLINE_FUNCTION R silu(R x) {
  return x * math::logistic(x);
}

/// d silu / dx = s + x s (1 - s) with s = logistic(x).
template <Real R>
KOKKOS_INLINE_FUNCTION R silu_slope(R x) {
  const R s = math::logistic(x);
  return Kokkos::fma(x * s, R(1) - s, s);
}

/// Rows of the caller's batch in the compute type; the rows that fill up the last block are zero.
template <class R, ExecutionSpace Exec, class B>
struct ReadRows {
  B from;
  Matrix<R, Exec> to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    R* const row = &to(i, 0);
    if (i < from.samples)
      for (std::size_t e = begin; e < end; ++e) row[e] = static_cast<R>(from(i, e));
    else
      for (std::size_t e = begin; e < end; ++e) row[e] = R(0);
  }
};

/// Cosines, then sines, of t at frequencies 10000^(-j / half); Nichol & Dhariwal's
/// timestep_embedding, after Vaswani et al. 2017, section 3.5.
template <class R, ExecutionSpace Exec, class Timesteps>
struct TimeFeatures {
  Timesteps timesteps;
  Matrix<R, Exec> to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const std::size_t half = to.extent(1) / 2;
    const R t = i < timesteps.extent(0) ? static_cast<R>(timesteps(i)) : R(0);
    const R ln_period = R(9.210340371976184);  // ln 10000
    for (std::size_t j = begin; j < end; ++j) {
      const std::size_t index = j < half ? j : j - half;
      const R angle = t * math::exp(-ln_period * static_cast<R>(index) / static_cast<R>(half));
      to(i, j) = j < half ? math::cos(angle) : math::sin(angle);
    }
  }
};

template <class R, ExecutionSpace Exec>
struct FillZero {
  Matrix<R, Exec> to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    for (std::size_t j = begin; j < end; ++j) to(i, j) = R(0);
  }
};

/// Adds one row, a bias, to every row.
template <class R, ExecutionSpace Exec>
struct AddRow {
  Matrix<R, Exec> row, to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const R* const bias = &row(0, 0);
    R* const out = &to(i, 0);
    for (std::size_t j = begin; j < end; ++j) out[j] += bias[j];
  }
};

template <class R, ExecutionSpace Exec>
struct Silu {
  Matrix<R, Exec> x, y;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const R* const in = &x(i, 0);
    R* const out = &y(i, 0);
    for (std::size_t j = begin; j < end; ++j) out[j] = silu(in[j]);
  }
};

/// gradient *= d silu / dx.
template <class R, ExecutionSpace Exec>
struct SiluBackward {
  Matrix<R, Exec> x, gradient;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const R* const in = &x(i, 0);
    R* const out = &gradient(i, 0);
    for (std::size_t j = begin; j < end; ++j) out[j] *= silu_slope(in[j]);
  }
};

/// a = silu((1 + scale) u + shift) with the sample's own scale and shift (FiLM, Perez et al. 2018).
template <class R, ExecutionSpace Exec>
struct Modulate {
  Matrix<R, Exec> u, modulation, a;
  std::size_t column;  // of the scales; the shifts follow

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const R* const in = &u(i, 0);
    const R* const scale = &modulation(i, column);
    const R* const shift = scale + u.extent(1);
    R* const out = &a(i, 0);
    for (std::size_t j = begin; j < end; ++j)
      out[j] = silu(Kokkos::fma(in[j], R(1) + scale[j], shift[j]));
  }
};

/// From the gradient with respect to a, those with respect to u (in its place) and the modulation.
template <class R, ExecutionSpace Exec>
struct ModulateBackward {
  Matrix<R, Exec> u, modulation, gradient, modulation_gradient;
  std::size_t column;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const std::size_t width = u.extent(1);
    const R* const in = &u(i, 0);
    const R* const scale = &modulation(i, column);
    const R* const shift = scale + width;
    R* const out = &gradient(i, 0);
    R* const d_scale = &modulation_gradient(i, column);
    R* const d_shift = d_scale + width;
    // In two loops, each of few enough arrays for a compiler to vectorise.
    for (std::size_t j = begin; j < end; ++j)
      out[j] *= silu_slope(Kokkos::fma(in[j], R(1) + scale[j], shift[j]));
    for (std::size_t j = begin; j < end; ++j) {
      d_scale[j] = out[j] * in[j];
      d_shift[j] = out[j];
      out[j] *= R(1) + scale[j];
    }
  }
};

/// The sum of every column, in the order of the rows.
template <class R, ExecutionSpace Exec>
struct ColumnSums {
  Matrix<R, Exec> from, to;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end) const {
    R* const sum = &to(0, 0);
    for (std::size_t j = begin; j < end; ++j) sum[j] = R(0);
    for (std::size_t i = 0; i < from.extent(0); ++i) {
      const R* const row = &from(i, 0);
      for (std::size_t j = begin; j < end; ++j) sum[j] += row[j];
    }
  }
};

}  // namespace iddpm::detail
