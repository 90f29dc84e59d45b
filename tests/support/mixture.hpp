// SPDX-License-Identifier: MIT
#pragma once

#include "support/solver_runs.hpp"
#include <iddpm/schedule/cosine.hpp>

#include <cmath>

/// \file
/// Data whose best denoiser is known and not linear: a mixture of two normals.

namespace test {

/// Two normals: weights 0.3 and 0.7, means -0.8 and 0.5, deviations 0.1 and 0.2.
struct Mixture {
  double weight[2] = {0.3, 0.7}, mean[2] = {-0.8, 0.5}, deviation[2] = {0.1, 0.2};

  /// The expected x_0 of an x_t, by responsibilities.
  KOKKOS_INLINE_FUNCTION double x_start(double x, double alpha_bar) const {
    double sum = 0, of = 0, largest = -1e300, log_r[2] = {};
    for (int k = 0; k < 2; ++k) {
      const double v = alpha_bar * deviation[k] * deviation[k] + 1 - alpha_bar;
      const double d = x - Kokkos::sqrt(alpha_bar) * mean[k];
      log_r[k] = Kokkos::log(weight[k]) - 0.5 * Kokkos::log(v) - 0.5 * d * d / v;
      largest = log_r[k] > largest ? log_r[k] : largest;
    }
    for (int k = 0; k < 2; ++k) {
      const double v = alpha_bar * deviation[k] * deviation[k] + 1 - alpha_bar;
      const double d = x - Kokkos::sqrt(alpha_bar) * mean[k], r = Kokkos::exp(log_r[k] - largest);
      sum += r;
      of += r * (mean[k] + Kokkos::sqrt(alpha_bar) * deviation[k] * deviation[k] / v * d);
    }
    return of / sum;
  }
};

template <class In, class Out>
struct MixtureKernel {
  In x;
  Out output;
  double alpha_bar;

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    output.data()[index] = Mixture{}.x_start(x.data()[index], alpha_bar);
  }
};

/// Its best denoiser, on contiguous batches.
struct MixtureNet {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& output,
                  const Row& row) const {
    Kokkos::parallel_for(
        "mixture_net", Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, x.size()),
        MixtureKernel<X, Output>{x, output, row.alpha_bar});
  }
};

/// The moments of 16384 samples of a process that predicts x_0, against the mixture's. One standard
/// error of the share is 0.0036, of the mean 0.0049, of the variance about 0.0024. The mean is
/// 0.11, the variance 0.031 + 0.21 1.3^2 = 0.3859.
/// \param bias what the variance may be off by, as steps are not infinitely many
template <class P, class S>
void check_samples_mixture(const P& process, const S& sampler, const iddpm::RunOptions& options,
                           double bias) {
  const auto values = run_on(process, sampler, MixtureNet{}, normals(64, 256), options);
  double below = 0, mean = 0, variance = 0;
  for (const double value : values) {
    below += value < -0.3 ? 1.0 / 16384 : 0;
    mean += value / 16384;
  }
  for (const double value : values) variance += (value - mean) * (value - mean) / 16383;
  CHECK(std::abs(below - 0.3) < 4 * 0.0036);
  CHECK(std::abs(mean - 0.11) < 4 * 0.0049);
  CHECK(std::abs(variance - 0.3859) < 4 * 0.0024 + bias);
}

}  // namespace test
