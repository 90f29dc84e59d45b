// SPDX-License-Identifier: MIT
#include <iddpm/iddpm.hpp>

#include <cstdio>

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  const Kokkos::DefaultExecutionSpace exec;
  const iddpm::Tensor<float, 2> x("x", 2, 3);
  iddpm::fill_normal(exec, iddpm::NoiseStream{.seed = 1}.initial(), x);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
  std::printf("iddpm %s: %g\n", IDDPM_VERSION_STRING, static_cast<double>(host(0, 0)));
}
