// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/reduce_samples.hpp>

#include <cstddef>
#include <string>

namespace iddpm {

namespace detail {

/// Sums the squares of block `block` of 1024 elements; eight lanes, for vector units to follow.
template <Real R, ExecutionSpace Exec>
struct SquaresOfBlock {
  static constexpr std::size_t block_size = 1024;

  Tensor<R, 1, Exec> gradient;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t block, std::size_t begin, std::size_t end,
                                         Sums<1>& sums) const {
    constexpr std::size_t lanes = 8;
    const std::size_t size = gradient.extent(0), first = block * block_size + begin;
    const std::size_t last = block * block_size + end < size ? block * block_size + end : size;
    double lane[lanes] = {};
    std::size_t e = first;
    for (; e + lanes <= last; e += lanes)
      for (std::size_t l = 0; l < lanes; ++l) lane[l] += square(e + l);
    for (std::size_t l = 0; l < lanes; ++l) sums.value[0] += lane[l];
    for (; e < last; ++e) sums.value[0] += square(e);
  }

 private:
  KOKKOS_INLINE_FUNCTION double square(std::size_t e) const {
    const auto g = static_cast<double>(gradient.data()[e]);
    return g * g;
  }
};

template <ExecutionSpace Exec>
struct WriteBlock {
  Tensor<double, 1, Exec> blocks;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t block, const Sums<1>& sums) const {
    blocks(block) = sums.value[0];
  }
};

template <ExecutionSpace Exec>
struct SumOfBlocks {
  Tensor<double, 1, Exec> blocks;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end,
                                         Sums<1>& sums) const {
    for (std::size_t block = begin; block < end; ++block) sums.value[0] += blocks(block);
  }
};

template <Real R, ExecutionSpace Exec>
struct WriteFactor {
  Tensor<double, 0, Exec> norm;
  Tensor<R, 0, Exec> factor;
  double max_norm;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, const Sums<1>& sums) const {
    const double length = Kokkos::sqrt(sums.value[0]);
    norm() = length;
    // inf - inf and NaN - NaN are no zeros.
    const bool finite = length - length == 0;
    factor() = !finite ? R(0) : length > max_norm ? static_cast<R>(max_norm / length) : R(1);
  }
};

}  // namespace detail

/// Clipping of a flat gradient by its global norm: factor = min(1, max_norm / |g|_2), or 0, "skip
/// this step", where the norm is not finite. Both stay on the device: AdamW::step takes the factor.
/// The norm is summed in double, in blocks of 1024 added in a fixed order: the same bits for any
/// number of threads. `max_norm` may be infinite: then only gradients that are not finite are met.
/// Source: Pascanu et al. 2013, algorithm 1.
template <Real R, ExecutionSpace Exec>
class ClipGradient {
 public:
  /// \throws std::invalid_argument unless max_norm > 0.
  ClipGradient(const Exec& exec, std::size_t size, double max_norm)
      : max_norm_(checked(max_norm)),
        size_(size),
        blocks_(Kokkos::view_alloc(exec, "iddpm::training::clip_gradient_blocks"),
                (size + block_size - 1) / block_size),
        norm_(Kokkos::view_alloc(exec, "iddpm::training::clip_gradient_norm")),
        factor_(Kokkos::view_alloc(exec, "iddpm::training::clip_gradient_factor")) {}

  /// Sets norm() and factor() for this gradient. Asynchronous on exec.
  /// \throws std::invalid_argument unless gradient has `size` elements.
  void operator()(const Exec& exec, const Tensor<R, 1, Exec>& gradient) const {
    require(gradient.extent(0) == size_, "ClipGradient", "gradient",
            "have " + std::to_string(size_) + " elements", gradient.extent(0));
    reduce_samples<1>("iddpm::training::clip_gradient_squares", exec, blocks_.extent(0), block_size,
                      detail::SquaresOfBlock<R, Exec>{gradient}, detail::WriteBlock<Exec>{blocks_});
    reduce_samples<1>("iddpm::training::clip_gradient_norm", exec, 1, blocks_.extent(0),
                      detail::SumOfBlocks<Exec>{blocks_},
                      detail::WriteFactor<R, Exec>{norm_, factor_, max_norm_});
  }

  /// @{
  /// In device memory, as of the last call's work on its exec.
  [[nodiscard]] const Tensor<double, 0, Exec>& norm() const { return norm_; }
  [[nodiscard]] const Tensor<R, 0, Exec>& factor() const { return factor_; }
  /// @}

 private:
  static constexpr std::size_t block_size = detail::SquaresOfBlock<R, Exec>::block_size;

  double max_norm_;
  std::size_t size_;
  Tensor<double, 1, Exec> blocks_;
  Tensor<double, 0, Exec> norm_;
  Tensor<R, 0, Exec> factor_;

  static double checked(double max_norm) {
    require(max_norm > 0, "ClipGradient", "max_norm", "be above 0", max_norm);
    return max_norm;
  }
};

}  // namespace iddpm
