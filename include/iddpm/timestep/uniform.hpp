// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/random/uniform.hpp>
#include <iddpm/timestep/concepts.hpp>

namespace iddpm {

namespace detail {

template <class T>
struct UniformTimesteps {
  std::uint32_t num_timesteps;
  Draw draw;
  T t;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample) const {
    t(sample) = static_cast<int>(uniform_index(words(draw, sample, 0)[0], num_timesteps));
  }
};

}  // namespace detail

namespace timestep {

/// Every timestep with the same probability: t = floor(r0 T / 2^32), r0 the first word of the
/// sample's draw.
/// \see Ho et al. 2020, algorithm 1; improved_diffusion/resample.py, UniformSampler.
struct Uniform {
  /// \pre t: (B) View of int; draw: `noise.timestep(iteration)`. Asynchronous on exec.
  template <ExecutionSpace Exec, ViewOn<Exec> T>
  void operator()(const Exec& exec, int num_timesteps, const Draw& draw, const T& t) const {
    static_assert(T::rank() == 1, "t is a View of rank 1, one timestep per sample");
    require(num_timesteps >= 1, "Uniform", "num_timesteps", "be positive", num_timesteps);
    Kokkos::parallel_for(
        "iddpm::timestep::uniform",
        Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, t.extent(0)),
        detail::UniformTimesteps<T>{static_cast<std::uint32_t>(num_timesteps), draw, t});
  }
};

}  // namespace timestep

}  // namespace iddpm
