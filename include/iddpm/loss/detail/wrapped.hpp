// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/loss/concepts.hpp>

#include <utility>

namespace iddpm::detail {

/// A loss that is another one but for what the derived class says.
template <Loss Base>
class WrappedLoss {
 public:
  static constexpr bool uses_mse = Base::uses_mse;

  explicit WrappedLoss(Base base = Base()) : base_(std::move(base)) {}

  [[nodiscard]] double bound_scale(int num_timesteps) const {
    return base_.bound_scale(num_timesteps);
  }

  [[nodiscard]] KOKKOS_INLINE_FUNCTION const Base& base() const { return base_; }

  [[nodiscard]] auto decoder() const requires requires(const Base& base) { base.decoder(); }
  { return base_.decoder(); }

  template <class Mean, Real R>
  KOKKOS_INLINE_FUNCTION R mse_weight(const Coefficients<R>& c) const {
    return iddpm::mse_weight<Mean>(base_, c);
  }

 private:
  [[no_unique_address]] Base base_;
};

}  // namespace iddpm::detail
