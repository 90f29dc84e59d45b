// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/reduce_samples.hpp>

#include <cstddef>
#include <cstdint>

/// \file
/// What keeps numbers that are not finite away from the weights.

namespace iddpm::detail {

/// How many losses were not finite, and how many steps were skipped for it or for their gradient.
template <ExecutionSpace Exec>
struct NonFiniteCounts {
  Tensor<std::uint64_t, 0, Exec> losses, steps;
};

template <class Losses>
struct CountNonFinite {
  Losses loss;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end,
                                         Sums<1>& sums) const {
    for (std::size_t b = begin; b < end; ++b) sums.value[0] += loss(b) - loss(b) == 0 ? 0 : 1;
  }
};

/// Makes the gradient's factor 0, "skip this step", where a loss was not finite; counts.
template <Real R, ExecutionSpace Exec>
struct SkipNonFinite {
  NonFiniteCounts<Exec> counts;
  Tensor<R, 0, Exec> factor;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, const Sums<1>& sums) const {
    counts.losses() += static_cast<std::uint64_t>(sums.value[0]);
    if (sums.value[0] > 0) factor() = R(0);
    if (!(factor() > R(0))) ++counts.steps();
  }
};

template <Real R, ExecutionSpace Exec>
void skip_non_finite(const Exec& exec, const Tensor<R, 1, Exec>& loss,
                     const Tensor<R, 0, Exec>& factor, const NonFiniteCounts<Exec>& counts) {
  reduce_samples<1>("iddpm::training::skip_non_finite", exec, 1, loss.extent(0),
                    CountNonFinite<Tensor<R, 1, Exec>>{loss},
                    SkipNonFinite<R, Exec>{counts, factor});
}

}  // namespace iddpm::detail
