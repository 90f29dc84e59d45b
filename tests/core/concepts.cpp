// SPDX-License-Identifier: MIT
#include <iddpm/core/concepts.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using Exec = Kokkos::DefaultExecutionSpace;
using Host = Kokkos::DefaultHostExecutionSpace;

namespace {

#if KOKKOS_VERSION >= 50000 && !defined(KOKKOS_ENABLE_IMPL_VIEW_LEGACY)
// Views may have an accessor of their own: this one finds every second element.
template <class T>
struct EverySecond {
  using element_type = T;
  using reference = T&;
  using data_handle_type = T*;
  using offset_policy = EverySecond;
  using memory_space = Kokkos::HostSpace;

  KOKKOS_FUNCTION reference access(data_handle_type p, std::size_t i) const { return p[2 * i]; }
  KOKKOS_FUNCTION data_handle_type offset(data_handle_type p, std::size_t i) const {
    return p + 2 * i;
  }
};
using SecondElements =
    Kokkos::View<float, Kokkos::dextents<std::size_t, 2>, Kokkos::layout_right, EverySecond<float>>;
#endif

// Memory that no execution space reaches.
struct FarSpace {
  using memory_space = FarSpace;
  using execution_space = Host;
  using device_type = Kokkos::Device<Host, FarSpace>;
  using size_type = std::size_t;
};

}  // namespace

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
  static_assert(!iddpm::ViewOn<Kokkos::View<float*, FarSpace>, Host>, "out of reach");
#if defined(KOKKOS_ENABLE_CUDA)
  static_assert(!iddpm::ViewOn<Kokkos::View<float*, Kokkos::CudaSpace>, Host>, "device on host");
#endif
}

TEST_CASE("a PlainView's elements are memory as it is: no atomics, no accessor of another's") {
  using Restricted =
      Kokkos::View<const float*, Kokkos::MemoryTraits<Kokkos::RandomAccess | Kokkos::Restrict>>;
  static_assert(iddpm::PlainView<Kokkos::View<float**, Kokkos::LayoutStride>>, "strides");
  static_assert(iddpm::PlainView<Kokkos::View<float*, Kokkos::MemoryUnmanaged>>, "unmanaged");
  static_assert(iddpm::PlainView<Restricted>, "a promise to compilers");
  static_assert(!iddpm::PlainView<Kokkos::View<float*, Kokkos::MemoryTraits<Kokkos::Atomic>>>,
                "atomics");
  static_assert(!iddpm::PlainView<std::vector<float>>, "not a View");
#if KOKKOS_VERSION >= 50000 && !defined(KOKKOS_ENABLE_IMPL_VIEW_LEGACY)
  static_assert(iddpm::View<SecondElements> && !iddpm::PlainView<SecondElements>, "an accessor");
#endif
}

TEST_CASE("value_t drops const") {
  static_assert(std::is_same_v<iddpm::value_t<Kokkos::View<const float*>>, float>, "const input");
}
