// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/detail/matrix.hpp>
#include <iddpm/launch/reduce_samples.hpp>

#include <cstddef>

/// \file
/// LayerNorm without parameters (Ba et al. 2016): n = (x - mean) / deviation over each row, with
/// 1e-5 added to the variance; and its gradient d x = (g - mean(g) - n mean(g n)) / deviation.

namespace iddpm::detail {

/// The sum of term(e) over [begin, end) in interleaved lanes: an order that vector units can keep
/// and that depends on the range alone.
template <class Term>
KOKKOS_INLINE_FUNCTION double sum_in_lanes(std::size_t begin, std::size_t end, const Term& term) {
  constexpr std::size_t lanes = 16;
  double lane[lanes] = {};
  std::size_t e = begin;
  for (; e + lanes <= end; e += lanes)
    for (std::size_t l = 0; l < lanes; ++l) lane[l] += static_cast<double>(term(e + l));
  double sum = 0;
  for (std::size_t l = 0; l < lanes; ++l) sum += lane[l];
  for (; e < end; ++e) sum += static_cast<double>(term(e));
  return sum;
}

/// The sum and the sum of squares of a row.
template <class R, ExecutionSpace Exec>
struct RowMoments {
  Matrix<R, Exec> x;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end,
                                         Sums<2>& sums) const {
    const R* const row = &x(i, 0);
    sums.value[0] += sum_in_lanes(begin, end, [&](std::size_t j) { return row[j]; });
    sums.value[1] += sum_in_lanes(begin, end, [&](std::size_t j) {
      return static_cast<double>(row[j]) * static_cast<double>(row[j]);
    });
  }
};

/// Their mean and 1 / standard deviation.
template <class R, ExecutionSpace Exec>
struct WriteMoments {
  Matrix<R, Exec> moments;
  double size;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, const Sums<2>& sums) const {
    const double mean = sums.value[0] / size;
    const double variance = sums.value[1] / size - mean * mean;
    moments(i, 0) = static_cast<R>(mean);
    moments(i, 1) = static_cast<R>(1 / Kokkos::sqrt((variance > 0 ? variance : 0) + 1e-5));
  }
};

template <class R, ExecutionSpace Exec>
struct Normalise {
  Matrix<R, Exec> x, moments, normal;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const R* const in = &x(i, 0);
    R* const out = &normal(i, 0);
    const R mean = moments(i, 0), scale = moments(i, 1);
    for (std::size_t j = begin; j < end; ++j) out[j] = (in[j] - mean) * scale;
  }
};

/// The sums of a row of the gradient g, and of g times the normalised row n.
template <class R, ExecutionSpace Exec>
struct GradientMoments {
  Matrix<R, Exec> gradient, normal;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end,
                                         Sums<2>& sums) const {
    const R* const g = &gradient(i, 0);
    const R* const n = &normal(i, 0);
    sums.value[0] += sum_in_lanes(begin, end, [&](std::size_t j) { return g[j]; });
    sums.value[1] += sum_in_lanes(begin, end, [&](std::size_t j) {
      return static_cast<double>(g[j]) * static_cast<double>(n[j]);
    });
  }
};

template <class R, ExecutionSpace Exec>
struct WriteMeans {
  Matrix<R, Exec> means;
  double size;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, const Sums<2>& sums) const {
    means(i, 0) = static_cast<R>(sums.value[0] / size);
    means(i, 1) = static_cast<R>(sums.value[1] / size);
  }
};

/// d x += (g - mean(g) - n mean(g n)) / standard deviation.
template <class R, ExecutionSpace Exec>
struct NormaliseBackward {
  Matrix<R, Exec> gradient, normal, moments, means, x_gradient;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, std::size_t begin, std::size_t end) const {
    const R* const g = &gradient(i, 0);
    const R* const n = &normal(i, 0);
    R* const out = &x_gradient(i, 0);
    const R scale = moments(i, 1), mean = means(i, 0), slope = means(i, 1);
    for (std::size_t j = begin; j < end; ++j)
      out[j] = Kokkos::fma(scale, Kokkos::fma(-slope, n[j], g[j] - mean), out[j]);
  }
};

}  // namespace iddpm::detail
