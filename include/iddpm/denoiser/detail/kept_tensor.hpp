// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/tensor.hpp>

#include <any>
#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace iddpm::detail {

/// A row-major batch of X's type and rank, on Exec.
template <View X, ExecutionSpace Exec>
using TensorLike = Tensor<value_t<X>, X::rank(), Exec>;

/// The extents of a View.
template <View V>
[[nodiscard]] std::array<std::size_t, V::rank()> extents_of(const V& view) {
  std::array<std::size_t, V::rank()> extents{};
  for (std::size_t r = 0; r < V::rank(); ++r) extents[r] = view.extent(r);
  return extents;
}

/// The extents of a View, one of them replaced.
template <View V>
[[nodiscard]] std::array<std::size_t, V::rank()> extents_with(const V& view, std::size_t axis,
                                                              std::size_t extent) {
  auto extents = extents_of(view);
  extents[axis] = extent;
  return extents;
}

/// One Tensor that a wrapper keeps from call to call, of the type and extents that it is asked for:
/// allocated, uninitialised, when these change and never else. Copies share it, as a View's do.
class KeptTensor {
 public:
  template <class T, std::size_t Rank, ExecutionSpace Exec>
  [[nodiscard]] Tensor<T, Rank, Exec> get(const Exec& exec, const char* label,
                                          const std::array<std::size_t, Rank>& extents) const {
    using Kept = Tensor<T, Rank, Exec>;
    if (const auto* kept = std::any_cast<Kept>(kept_.get()))
      if (extents_of(*kept) == extents) return *kept;
    if (kept_->has_value()) exec.fence(label);  // kernels may still use the old one
    Kokkos::LayoutRight layout;
    for (std::size_t r = 0; r < Rank; ++r) layout.dimension[r] = extents[r];
    return kept_->emplace<Kept>(
        Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, std::string(label)), layout);
  }

 private:
  std::shared_ptr<std::any> kept_ = std::make_shared<std::any>();
};

}  // namespace iddpm::detail
