// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using Exec = Kokkos::DefaultExecutionSpace;
using Host = Kokkos::HostSpace;

TEST_CASE("a Tensor has the rank, the element type and the memory that were asked for") {
  static_assert(iddpm::Tensor<float, 4, Exec>::rank() == 4, "rank");
  static_assert(iddpm::Tensor<float, 0, Exec>::rank() == 0, "rank of a single value");
  static_assert(iddpm::Tensor<float, 8, Exec>::rank() == 8, "the highest rank of a View");
  static_assert(std::is_same_v<iddpm::value_t<iddpm::Tensor<const double, 2, Host>>, double>,
                "element type");
  static_assert(std::is_same_v<iddpm::Tensor<float, 4, Exec>::memory_space, Exec::memory_space>,
                "memory of an execution space");
  static_assert(std::is_same_v<iddpm::Tensor<float, 4, Host>::memory_space, Host>,
                "a memory space as it is");
  CHECK(iddpm::Tensor<float, 4>("images", 16, 3, 64, 64).size() == 16u * 3u * 64u * 64u);
}

TEST_CASE("a Tensor is row-major on every backend: the last index runs fastest") {
  const iddpm::Tensor<int, 3, Host> x("x", 2, 3, 4);
  for (int i = 0; i < 24; ++i) x.data()[i] = i;
  CHECK(x(0, 0, 1) == 1);
  CHECK(x(0, 1, 0) == 4);
  CHECK(x(1, 0, 0) == 12);
  CHECK(x(1, 2, 3) == 23);
  static_assert(std::is_same_v<iddpm::Tensor<float, 2, Exec>::array_layout, Kokkos::LayoutRight>,
                "also where Kokkos' own default is column-major");
}

TEST_CASE("a new Tensor is zero and keeps its label") {
  const iddpm::Tensor<double, 2, Host> x("iddpm::test::x", 3, 2);
  for (int i = 0; i < 6; ++i) CHECK(x.data()[i] == 0.0);
  CHECK(x.label() == "iddpm::test::x");
}
