// SPDX-License-Identifier: MIT
// The program of every room: doctest inside one Kokkos session.
#define DOCTEST_CONFIG_IMPLEMENT
#include <Kokkos_Core.hpp>

#include <doctest/doctest.h>

#include <cstdio>

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  doctest::Context context(argc, argv);
  std::printf("execution space: %s, %d threads\n", Kokkos::DefaultExecutionSpace::name(),
              Kokkos::DefaultExecutionSpace().concurrency());
  return context.run();
}
