// SPDX-License-Identifier: MIT
#pragma once

#include "support/gaussian_data.hpp"
#include <iddpm/core/batch.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/schedule/linear.hpp>

#include <cmath>
#include <type_traits>

/// \file
/// Closed-form networks that are told the row of their timestep, and so know no table: they answer
/// between its entries too. For batches of any rank, layout and type.

namespace test {

using Exec = Kokkos::DefaultExecutionSpace;
using Row = iddpm::Coefficients<double>;

/// The process of most solver tests.
template <class Mean, class Variance = iddpm::variance::FixedSmall>
using Diffusion =
    iddpm::GaussianDiffusion<iddpm::schedule::Linear, Mean, Variance, iddpm::loss::Mse, Exec>;

template <class Mean, class Variance = iddpm::variance::FixedSmall>
Diffusion<Mean, Variance> diffusion(int timesteps = 1000) {
  return Diffusion<Mean, Variance>{iddpm::schedule::Linear{timesteps}};
}

/// A Clip that leaves every number alone: one type of processing, so one kernel, for both.
inline const iddpm::denoised::Clip unclipped{-HUGE_VAL, HUGE_VAL};

template <class In, class Out, class R>
struct RowNetKernel {
  In x;
  Out output;
  R gain, offset, bend, learned;

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    const std::size_t sample = index / output.size, e = index % output.size;
    R value = learned;
    if (e < x.size) {
      const R in = x(sample, e);
      value = Kokkos::fma(bend, in / Kokkos::fma(in, in, R(1)), Kokkos::fma(gain, in, offset));
    }
    output(sample, e) = static_cast<typename Out::value_type>(value);
  }
};

/// gain(row) x + offset(row) + bend x / (1 + x^2); a variance half is `learned`.
struct RowNet {
  using Function = double (*)(const Row&);
  static double zero(const Row&) { return 0; }

  Function gain = zero, offset = zero;
  double bend = 0, learned = 0.25;

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& output,
                  const Row& row) const {
    using R = iddpm::compute_t<X>;
    iddpm::visit_batches(
        "row_net",
        [&](const auto& in, const auto& out) {
          Kokkos::parallel_for(
              "row_net",
              Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0,
                                                                        out.samples * out.size),
              RowNetKernel<std::decay_t<decltype(in)>, std::decay_t<decltype(out)>, R>{
                  in, out, static_cast<R>(gain(row)), static_cast<R>(offset(row)),
                  static_cast<R>(bend), static_cast<R>(learned)});
        },
        typename X::const_type(x), output);
  }
};

/// The best network of x_0 ~ N(0, 1/4).
template <class Mean>
RowNet gaussian_net() {
  if constexpr (std::is_same_v<Mean, iddpm::mean::Epsilon>)
    return {[](const Row& c) { return GaussianData{}.eps(c); }};
  else if constexpr (std::is_same_v<Mean, iddpm::mean::StartX>)
    return {[](const Row& c) { return GaussianData{}.x_start(c); }};
  else if constexpr (std::is_same_v<Mean, iddpm::mean::Velocity>)
    return {[](const Row& c) { return GaussianData{}.velocity(c); }};
  else
    return {[](const Row& c) { return GaussianData{}.previous_x(c); }};
}

/// One that is not linear, so that no error hides in a linear one.
template <class Mean>
RowNet bent_net() {
  RowNet net = gaussian_net<Mean>();
  net.offset = [](const Row& c) { return 0.1 * c.one_minus_alpha_bar; };
  net.bend = 0.4;
  return net;
}

/// The same number for every x.
inline RowNet constant_net() {
  return {RowNet::zero, [](const Row&) { return 0.3; }};
}

}  // namespace test
