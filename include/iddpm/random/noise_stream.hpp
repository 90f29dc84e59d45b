// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/random/philox.hpp>

#include <cstdint>

/// \file
/// The address of every random number. A value depends on what it is for (seed, purpose, step,
/// sample, element), never on thread, launch, batch slot, rank, layout or backend.

namespace iddpm {

/// The version of the mapping from addresses to numbers; a change of any number changes it.
inline constexpr int noise_version = 1;

/// What a random number is for (below 2^8; the rest is reserved).
enum class Purpose : std::uint32_t {
  initial = 0,       ///< x_T
  sampler = 1,       ///< the noise of a reverse transition
  training = 2,      ///< the noise of q_sample in training
  timestep = 3,      ///< draws of t
  likelihood = 4,    ///< the noise of the variational bound
  user = 5,          ///< never used by the library
  second_draw = 6,   ///< a transition's second draw
  known_region = 7,  ///< the known region of inpainting
  renoising = 8,     ///< forward jumps and the start from an image
  data_order = 9,    ///< shuffling and augmentation
  weights = 10,      ///< weight initialisation
  dropout = 11,      ///< dropout and label dropout
};

/// One draw of noise for a whole batch: a purpose at a step. Sample i of the batch has the global
/// index first_sample + i. Made by NoiseStream, which checks it.
struct Draw {
  std::uint64_t seed = 0;           ///< of the run
  std::uint64_t first_sample = 0;   ///< index of the batch's first sample
  Purpose purpose = Purpose::user;  ///< what it is for
  std::uint32_t step = 0;           ///< transition, or iteration
};

/// All the noise of a run. Trivial to copy; holds no state, so the same call gives the same draw.
/// `first_sample` is the global index of a batch's first sample: parts of a batch that are made
/// apart, each with its own, equal the batch made at once.
///
/// Example: `NoiseStream noise{.seed = 42}; fill_normal(exec, noise.initial(), x);`
struct NoiseStream {
  std::uint64_t seed = 0;          ///< any number
  std::uint64_t first_sample = 0;  ///< index of the batch's first sample

  /// The draw for a purpose at a step: a transition's position in its run, or the optimiser's
  /// iteration.
  /// \throws std::invalid_argument unless step < 2^24 and purpose < 2^8.
  [[nodiscard]] Draw at(Purpose purpose, std::uint64_t step) const {
    const auto purpose_number = static_cast<std::uint32_t>(purpose);
    require(purpose_number < (1u << 8), "NoiseStream::at", "purpose", "be below 2^8",
            purpose_number);
    require(step < (1u << 24), "NoiseStream::at", "step", "be below 2^24", step);
    return {seed, first_sample, purpose, static_cast<std::uint32_t>(step)};
  }

  /// @{
  /// The draw of each purpose, by name: x_T, then the others at a step.
  /// \throws std::invalid_argument unless step < 2^24.
  [[nodiscard]] Draw initial() const { return at(Purpose::initial, 0); }
  [[nodiscard]] Draw sampler(std::uint64_t step) const { return at(Purpose::sampler, step); }
  [[nodiscard]] Draw training(std::uint64_t step) const { return at(Purpose::training, step); }
  [[nodiscard]] Draw timestep(std::uint64_t step) const { return at(Purpose::timestep, step); }
  [[nodiscard]] Draw likelihood(std::uint64_t step) const { return at(Purpose::likelihood, step); }
  [[nodiscard]] Draw user(std::uint64_t step) const { return at(Purpose::user, step); }
  [[nodiscard]] Draw second_draw(std::uint64_t step) const {
    return at(Purpose::second_draw, step);
  }
  [[nodiscard]] Draw known_region(std::uint64_t step) const {
    return at(Purpose::known_region, step);
  }
  [[nodiscard]] Draw renoising(std::uint64_t step) const { return at(Purpose::renoising, step); }
  [[nodiscard]] Draw data_order(std::uint64_t step) const { return at(Purpose::data_order, step); }
  [[nodiscard]] Draw weights(std::uint64_t step) const { return at(Purpose::weights, step); }
  [[nodiscard]] Draw dropout(std::uint64_t step) const { return at(Purpose::dropout, step); }
  /// @}
};

/// Philox's counter for elements 4 block .. 4 block + 3 of sample i of the batch.
KOKKOS_INLINE_FUNCTION Kokkos::Array<std::uint32_t, 4> counter_of(const Draw& draw, std::uint64_t i,
                                                                  std::uint32_t block) {
  const std::uint64_t sample = draw.first_sample + i;
  const std::uint32_t use = (static_cast<std::uint32_t>(draw.purpose) << 24) + draw.step;
  return {block, use, static_cast<std::uint32_t>(sample), static_cast<std::uint32_t>(sample >> 32)};
}

/// Philox's key.
KOKKOS_INLINE_FUNCTION Kokkos::Array<std::uint32_t, 2> key_of(const Draw& draw) {
  return {static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32)};
}

/// The four random words for elements 4 block .. 4 block + 3 of sample i of the batch.
KOKKOS_INLINE_FUNCTION Kokkos::Array<std::uint32_t, 4> words(const Draw& draw, std::uint64_t i,
                                                             std::uint32_t block) {
  return philox4x32_10(counter_of(draw, i, block), key_of(draw));
}

}  // namespace iddpm
