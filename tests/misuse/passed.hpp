// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// What the programs of this folder pass.

#include "instead.hpp"
#include <iddpm/iddpm.hpp>

namespace misuse {

using namespace iddpm;
using Exec = Kokkos::DefaultHostExecutionSpace;
using Memory = Exec::memory_space;
template <class Variance>
using ProcessOf = GaussianDiffusion<schedule::Cosine, mean::Epsilon, Variance, loss::Mse, Exec>;
using Fixed = ProcessOf<variance::FixedSmall>;
using Learned = ProcessOf<variance::LearnedRange>;

// Memory that no execution space reaches.
struct FarSpace {
  using memory_space = FarSpace;
  using execution_space = Exec;
  using device_type = Kokkos::Device<Exec, FarSpace>;
  using size_type = std::size_t;
};
using FarRows = Kokkos::View<float**, FarSpace>;
using FarNumbers = Kokkos::View<int*, FarSpace>;
using AtomicRows = Kokkos::View<float**, Memory, Kokkos::MemoryTraits<Kokkos::Atomic>>;
using AtomicNumbers = Kokkos::View<int*, Memory, Kokkos::MemoryTraits<Kokkos::Atomic>>;

using Scalar = Tensor<float, 0, Exec>;
using Row = Tensor<float, 1, Exec>;
using Rows = Tensor<float, 2, Exec>;
using Cube = Tensor<float, 3, Exec>;
using Doubles = Tensor<double, 1, Exec>;
using DoubleRows = Tensor<double, 2, Exec>;
using Numbers = Tensor<int, 1, Exec>;
using IntRows = Tensor<int, 2, Exec>;
using LongNumbers = Tensor<long, 1, Exec>;

// An execution space that the process was not declared with.
struct OtherExec : Exec {
  using execution_space = OtherExec;
};

struct Plain {
  template <View X, View T, View Output>
  void operator()(const Exec&, const X&, const T&, const Output&) const {}
};

struct Net {
  Row weights;
  [[nodiscard]] const Row& parameters() const { return weights; }
  void forward(const Exec&, const Rows&, const Row&, const Rows&) {}
  void backward(const Exec&, const Rows&, const Row&) {}
  [[nodiscard]] Net with_labels(const Numbers&) const { return *this; }
};

}  // namespace misuse
