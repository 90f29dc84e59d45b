// SPDX-License-Identifier: MIT
#include <iddpm/core/concepts.hpp>

#include <doctest/doctest.h>

#include <vector>

using Exec = Kokkos::DefaultExecutionSpace;
using Host = Kokkos::DefaultHostExecutionSpace;

TEST_CASE("formulas are computed in float or double, nothing else") {
  static_assert(iddpm::Real<float> && iddpm::Real<double>, "the two compute types");
  static_assert(!iddpm::Real<int> && !iddpm::Real<long double> && !iddpm::Real<const float>,
                "no other number");
}

TEST_CASE("an execution space is not a memory space, nor the other way round") {
  static_assert(iddpm::ExecutionSpace<Exec>, "an execution space");
  static_assert(!iddpm::ExecutionSpace<Exec::memory_space> && !iddpm::ExecutionSpace<int>,
                "not an execution space");
}

TEST_CASE("a View is any Kokkos::View and no other container") {
  static_assert(iddpm::View<Kokkos::View<const float**, Kokkos::LayoutStride>>, "any layout");
  static_assert(iddpm::View<Kokkos::View<int, Kokkos::MemoryTraits<Kokkos::Unmanaged>>>,
                "any traits");
  static_assert(!iddpm::View<std::vector<float>> && !iddpm::View<float*>, "not a View");
}

TEST_CASE("ViewOn asks whether kernels of the execution space reach the memory") {
  static_assert(iddpm::ViewOn<Kokkos::View<float*, Kokkos::HostSpace>, Host>, "host on host");
  static_assert(iddpm::ViewOn<Kokkos::View<float*, Exec::memory_space>, Exec>, "its own memory");
  static_assert(!iddpm::ViewOn<std::vector<float>, Host>, "not a View");
#if defined(KOKKOS_ENABLE_CUDA)
  static_assert(!iddpm::ViewOn<Kokkos::View<float*, Kokkos::CudaSpace>, Host>, "device on host");
#endif
}

TEST_CASE("value_t drops const") {
  static_assert(std::is_same_v<iddpm::value_t<Kokkos::View<const float*>>, float>, "const input");
}
