// SPDX-License-Identifier: MIT
#ifdef WITH_EVERYTHING
#include "everything.hpp"
#endif
#include <iddpm/iddpm.hpp>

#include <cmath>
#include <cstdio>
#include <cstring>

#ifdef WITH_COMPONENTS
#if !__has_include(<Eigen/Core>) || !__has_include(<stb_image_write.h>) || \
    !__has_include(<nlohmann/json.hpp>) ||                                 \
    !(__has_include(<xtensor/xarray.hpp>) || __has_include(<xtensor/containers/xarray.hpp>))
#error "the components must bring what their headers need"
#endif
#endif
#ifdef WITH_EVERYTHING
int version();  // other.cpp
#else
static int version() { return IDDPM_VERSION; }
#endif

// Fills 4096 normals and checks that their mean square is about 1, and the version.
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
  std::printf("iddpm %s, Kokkos %d: mean square %.4f\n", IDDPM_VERSION_STRING, KOKKOS_VERSION,
              mean_square);
  const bool same_version =
      version() == IDDPM_VERSION_MAJOR * 10000 + IDDPM_VERSION_MINOR * 100 + IDDPM_VERSION_PATCH &&
      std::strcmp(IDDPM_VERSION_STRING, EXPECTED_VERSION) == 0;
  return std::abs(mean_square - 1) < 0.1 && same_version ? 0 : 1;
}
