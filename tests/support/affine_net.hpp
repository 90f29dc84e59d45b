// SPDX-License-Identifier: MIT
#pragma once

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

/// A View's numbers, row-major, on the host.
template <class V>
std::vector<double> numbers(const V& view) {
  typename V::execution_space{}.fence();
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
  std::vector<double> all(host.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(host.data()[i]);
  return all;
}

/// (B) numbers.
template <class R, class Exec = Kokkos::DefaultExecutionSpace>
iddpm::Tensor<R, 1, Exec> column(const std::vector<double>& values) {
  const iddpm::Tensor<R, 1, Exec> view("column", values.size());
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t i = 0; i < values.size(); ++i) host(i) = static_cast<R>(values[i]);
  Kokkos::deep_copy(view, host);
  return view;
}

/// A row of which the timestep only is used.
inline iddpm::Coefficients<double> row_at(double timestep) {
  iddpm::Coefficients<double> row{};
  row.timestep = timestep;
  return row;
}

}  // namespace test
