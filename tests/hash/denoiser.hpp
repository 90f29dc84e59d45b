// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

/// \file
/// A denoiser whose every operation is rounded once, as IEEE 754 says: the same bits from any
/// compiler. No product feeds a sum except in an fma, and nothing comes from libm.

namespace test {

template <class X, class T, class Output>
struct ExactKernel {
  using R = iddpm::compute_t<X>;

  X x;
  T timesteps;
  Output output;

  KOKKOS_FUNCTION void operator()(std::size_t index) const {
    const std::size_t w = index % x.extent(3), h = index / x.extent(3) % x.extent(2);
    const std::size_t c = index / (x.extent(3) * x.extent(2)) % x.extent(1);
    const std::size_t b = index / (x.extent(3) * x.extent(2) * x.extent(1));
    // Multiples of 2^-11 in [-1, 1), another for every pixel.
    const auto pixel = static_cast<std::uint32_t>((c * x.extent(2) + h) * x.extent(3) + w);
    const R wave = Kokkos::fma(static_cast<R>((pixel * 2654435761u) >> 20), R(0x1p-11), R(-1));
    const R value = x(b, c, h, w);
    const R gain = Kokkos::fma(value * value, R(-0x1p-6), R(0.75));
    output(b, c, h, w) = Kokkos::fma(gain, value, wave * R(0x1p-3));
    if (output.extent(1) == 2 * x.extent(1))
      output(b, x.extent(1) + c, h, w) = Kokkos::fma(timesteps(b), R(0x1p-10), wave);
  }
};

struct ExactDenoiser {
  template <class Exec, class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& timesteps, const Output& output) const {
    using Range = Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>;
    Kokkos::parallel_for("exact_denoiser", Range(exec, 0, x.size()),
                         ExactKernel<X, T, Output>{x, timesteps, output});
  }
};

}  // namespace test
