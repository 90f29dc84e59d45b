// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/iddpm.hpp>

#include <cstddef>

/// \file
/// What the sources of this folder share. They are compiled for GPUs, never linked nor run: a
/// template that is called in them is device code that a device's compiler has accepted.

namespace device {

using Exec = Kokkos::DefaultExecutionSpace;
static_assert(iddpm::batches_are_aligned, "this must be compiled for a device: where is Kokkos'?");

using iddpm::Tensor;
template <class Mean, class Variance = iddpm::variance::FixedSmall, class Loss = iddpm::loss::Mse>
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, Mean, Variance, Loss, Exec>;

/// An operation's arguments, Views V of numbers of one type; t is one per sample.
template <class V>
struct Arguments {
  using R = iddpm::compute_t<V>;
  using Numbers = Tensor<R, 1, Exec>;

  V x, y, z, w, output;
  Numbers numbers;
  Tensor<int, 1, Exec> t;
  Exec exec;
};

/// Any callable is a denoiser.
struct Denoiser {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& output) const {
    Kokkos::deep_copy(exec, output, typename X::value_type(x.extent(0) > 0 ? 1 : 0));
  }
};

}  // namespace device
