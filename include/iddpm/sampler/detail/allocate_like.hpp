// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <string>

namespace iddpm::detail {

// The caller's x may be a View of somebody else's memory; what is made like it is owned.
template <View X>
using ManagedLike =
    Kokkos::View<typename X::data_type, typename X::array_layout, typename X::device_type>;

template <ExecutionSpace Exec, View X>
ManagedLike<X> allocate_like(const Exec& exec, const char* label, const X& x) {
  return ManagedLike<X>(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, std::string(label)),
                        x.layout());
}

}  // namespace iddpm::detail
