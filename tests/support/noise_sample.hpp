// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <cstddef>
#include <vector>

namespace test {

/// The normals that `fill_normal` gives for one draw of `samples` samples of `size`, in order.
template <class R>
std::vector<R> noise_sample(const iddpm::Draw& draw, std::size_t samples, std::size_t size) {
  using Exec = Kokkos::DefaultExecutionSpace;
  const iddpm::Tensor<R, 2, Exec> x(Kokkos::view_alloc("x", Kokkos::WithoutInitializing), samples,
                                    size);
  const Exec exec;
  iddpm::fill_normal(exec, draw, x);
  exec.fence();
  std::vector<R> values(x.size());
  Kokkos::deep_copy(
      Kokkos::View<R**, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>(
          values.data(), samples, size),
      x);
  return values;
}

}  // namespace test
