// SPDX-License-Identifier: MIT
#include "everything.hpp"

#include <cmath>
#include <cstdio>

int version();

// Fills 4096 normals and checks that their mean square is about 1.
int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  using Exec = Kokkos::DefaultExecutionSpace;
  const Exec exec;
  const iddpm::Tensor<float, 2, Exec> x("x", 16, 256);
  iddpm::fill_normal(exec, iddpm::NoiseStream{.seed = 42}.initial(), x);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
  double sum = 0;
  for (std::size_t i = 0; i < host.size(); ++i) sum += double(host.data()[i]) * host.data()[i];
  const double mean_square = sum / double(host.size());
  std::printf("iddpm %d: mean square %.4f\n", version(), mean_square);
  return std::abs(mean_square - 1) < 0.1 && version() == 100 ? 0 : 1;
}
