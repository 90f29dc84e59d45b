// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/gaussian/concepts.hpp>
#include <iddpm/loss/detail/wrapped.hpp>

#include <utility>

namespace iddpm::loss {

/// A loss whose bound ends in another decoder than decoder::Tanh: another number of levels, exact
/// bins, or a density for latents. The process scores with it too.
/// Example: `loss::Decoded<loss::Kl, decoder::Continuous>`.
template <Loss Base, Decoder Decode>
class Decoded : public iddpm::detail::WrappedLoss<Base> {
 public:
  /// @{
  /// With this decoder, around this loss.
  explicit Decoded(Decode decoder = Decode(), Base base = Base())
      : iddpm::detail::WrappedLoss<Base>(std::move(base)), decoder_(std::move(decoder)) {}

  [[nodiscard]] const Decode& decoder() const { return decoder_; }
  /// @}

 private:
  Decode decoder_;
};

}  // namespace iddpm::loss
