// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

namespace iddpm::detail {

/// A View's numbers where the host reads them; waits for exec. Perhaps the View itself.
template <ExecutionSpace Exec, View V>
auto read_on_host(const Exec& exec, const V& view) {
  auto host = Kokkos::create_mirror_view(
      Kokkos::view_alloc(Kokkos::WithoutInitializing, Kokkos::HostSpace{}), view);
  Kokkos::deep_copy(exec, host, view);
  exec.fence("iddpm::training::read_on_host");
  return host;
}

}  // namespace iddpm::detail
