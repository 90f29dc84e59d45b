// SPDX-License-Identifier: MIT
#pragma once

#include "support/values.hpp"
#include <iddpm/core/tensor.hpp>
#include <iddpm/schedule/coefficients.hpp>

#include <cstddef>
#include <vector>

/// \file
/// A denoiser of one formula, for what wraps denoisers.

namespace test {

/// output = gain x + of_time t + 0.125 e, e the output's element; twice the channels see x twice.
/// Row-major batches.
struct AffineNet {
  double gain = 1, of_time = 0;
  int* calls = nullptr;

  template <class X, class T, class Output>
  struct Kernel {
    X x;
    T t;
    Output out;
    std::size_t inputs, outputs;
    double gain, of_time;

    KOKKOS_FUNCTION void operator()(std::size_t index) const {
      const std::size_t sample = index / outputs, e = index % outputs;
      const auto in = static_cast<double>(x.data()[sample * inputs + e % inputs]);
      const double time = of_time * static_cast<double>(t(sample));
      out.data()[index] =
          static_cast<iddpm::compute_t<Output>>(gain * in + time + 0.125 * static_cast<double>(e));
    }
  };

  template <class Exec, class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& t, const Output& out) const {
    if (calls != nullptr) ++*calls;
    if (out.size() == 0) return;
    Kokkos::parallel_for(
        "affine_net",
        Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, out.size()),
        Kernel<X, T, Output>{x, t, out, x.size() / x.extent(0), out.size() / out.extent(0), gain,
                             of_time});
  }
};

/// A row of which the timestep only is used.
inline iddpm::Coefficients<double> row_at(double timestep) {
  iddpm::Coefficients<double> row{};
  row.timestep = timestep;
  return row;
}

}  // namespace test
