// SPDX-License-Identifier: MIT
#pragma once

#include "support/kokkos_events.hpp"
#include <iddpm/core/tensor.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/random/noise_stream.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

/// \file
/// What the tests of this room watch, and what they may see.

namespace test {

using Exec = Kokkos::DefaultExecutionSpace;
using Images = iddpm::Tensor<float, 4, Exec>;
using Learned =
    iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                             iddpm::variance::LearnedRange, iddpm::loss::RescaledMse, Exec>;
using Fixed = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::StartX,
                                       iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

constexpr std::size_t samples = 5, channels = 3, side = 20;  // more than one tile of a host
constexpr iddpm::NoiseStream noise{.seed = 3};

inline Images images(std::size_t channel_factor = 1) {
  return Images("images", samples, channel_factor * channels, side, side);
}

template <class Output>
struct FillWith {
  Output output;
  KOKKOS_FUNCTION void operator()(std::size_t index) const { output.data()[index] = 0.25f; }
};

/// A denoiser of one launch, "denoiser".
struct OneLaunch {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& output) const {
    using Range = Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>;
    Kokkos::parallel_for("denoiser", Range(exec, 0, output.size()), FillWith<Output>{output});
  }
};

/// An instance that is not the default one; of OpenMP one with a single thread.
template <class E = Exec>
E second_instance() {
#ifdef KOKKOS_ENABLE_OPENMP
  if constexpr (std::is_same_v<E, Kokkos::OpenMP>)
    return E(1);
  else
#endif
    return Kokkos::Experimental::partition_space(E{}, 1, 1)[1];
}

/// The events that are neither the library's nor a denoiser's: none, as it should be.
inline std::string foreign_labels(const std::vector<KokkosEvent>& events) {
  std::vector<KokkosEvent> foreign;
  for (const auto& event : events)
    if (!event.label.starts_with("iddpm::") && event.label != "denoiser") foreign.push_back(event);
  return described(foreign);
}

/// The events of one kind, and of these those whose labels contain `part`.
inline std::string named(EventKind kind, const std::string& part,
                         const std::vector<KokkosEvent>& events) {
  std::vector<KokkosEvent> kept;
  for (const auto& event : events)
    if (event.kind == kind && event.label.find(part) != std::string::npos) kept.push_back(event);
  return described(kept);
}

inline std::string described(EventKind kind, const std::vector<KokkosEvent>& events) {
  return named(kind, "", events);
}

}  // namespace test
