// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/random/uniform.hpp>
#include <iddpm/timestep/concepts.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>

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

template <class T, class Weight>
struct WeightedUniformTimesteps {
  UniformTimesteps<T> timesteps;
  Weight weight;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample) const {
    timesteps(sample);
    weight(sample) = 1;
  }
};

template <View T>
constexpr void check_timesteps() {
  static_assert(T::rank() == 1 && std::same_as<value_t<T>, int>,
                "t is a View of int of rank 1, one timestep per sample");
}

template <View T>
constexpr void check_written_timesteps() {
  check_timesteps<T>();
  static_assert(!std::is_const_v<typename T::value_type>,
                "a timestep sampler writes t: its elements may not be const");
}

template <View T, View Weight>
void require_weights(std::string_view function, const T& t, const Weight& weight) {
  check_written_timesteps<T>();
  static_assert(Weight::rank() == 1 && Real<typename Weight::value_type>,
                "weight is a View of rank 1 of float or double, one weight per sample");
  require(weight.extent(0) == t.extent(0), function, "weight",
          "hold one value per sample (" + std::to_string(t.extent(0)) + ")", weight.extent(0));
}

}  // namespace detail

namespace timestep {

/// Every timestep with the same probability: t = floor(r0 T / 2^32), r0 the first word of the
/// sample's draw, and weight 1.
/// \see Ho et al. 2020, algorithm 1; improved_diffusion/resample.py, UniformSampler.
struct Uniform {
  /// \pre t: (B) View of int; draw: `noise.timestep(iteration)`. Asynchronous on exec.
  /// \throws std::invalid_argument unless num_timesteps >= 1.
  template <ExecutionSpace Exec, ViewOn<Exec> T>
  void operator()(const Exec& exec, int num_timesteps, const Draw& draw, const T& t) const {
    launch(exec, t, timesteps(num_timesteps, draw, t));
  }

  /// \pre weight: (B) View of float or double
  /// \throws std::invalid_argument unless num_timesteps >= 1 and t and weight are of one extent.
  template <ExecutionSpace Exec, ViewOn<Exec> T, ViewOn<Exec> Weight>
  void operator()(const Exec& exec, int num_timesteps, const Draw& draw, const T& t,
                  const Weight& weight) const {
    detail::require_weights("Uniform", t, weight);
    launch(exec, t,
           detail::WeightedUniformTimesteps<T, Weight>{timesteps(num_timesteps, draw, t), weight});
  }

 private:
  template <View T>
  static detail::UniformTimesteps<T> timesteps(int num_timesteps, const Draw& draw, const T& t) {
    detail::check_written_timesteps<T>();
    require(num_timesteps >= 1, "Uniform", "num_timesteps", "be positive", num_timesteps);
    return {static_cast<std::uint32_t>(num_timesteps), draw, t};
  }

  template <ExecutionSpace Exec, View T, class Kernel>
  static void launch(const Exec& exec, const T& t, const Kernel& kernel) {
    Kokkos::parallel_for(
        "iddpm::timestep::uniform",
        Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, t.extent(0)), kernel);
  }
};

}  // namespace timestep

}  // namespace iddpm
