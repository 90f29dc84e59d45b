// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/process/reverse.hpp>

#include <Kokkos_Profiling_ScopedRegion.hpp>

#include <cstdint>
#include <string>

namespace iddpm {

/// What the network makes of images that were noised to timestep t: x_t ~ q(x_t | x_0) with
/// `noise.likelihood(t)`, as bits_per_dim draws it, one call, and the processed predicted x_0 in
/// `out`. Near t = 0 that is x_0, near T the mean image. Asynchronous on exec.
/// \pre x_start, out: (B, C, ...) of equal extents, data in [-1, 1]
/// \throws std::invalid_argument on extents that do not fit or a timestep out of range.
template <ExecutionSpace Exec, Process P, class Net, LikelihoodNoise N, View X, View Out,
          Denoised D = denoised::Clip>
void reconstruct(const Exec& exec, const P& diffusion, Net&& denoiser, const N& noise,
                 const X& x_start, int t, const Out& out, const D& denoised = {}) {
  using R = compute_t<X>;
  require_kokkos("reconstruct");
  const Kokkos::Profiling::ScopedRegion region("iddpm::likelihood::reconstruct");
  require(t >= 0 && t < diffusion.num_timesteps(), "reconstruct", "t",
          "be in 0 .. " + std::to_string(diffusion.num_timesteps() - 1), t);
  require_same_shape("reconstruct", "out", out, "x_start", x_start);
  const Tensor<value_t<X>, X::rank(), Exec> x_t(
      Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::likelihood::x_t"),
      detail::row_major_layout(x_start));
  const auto model_output = allocate_output<P>(exec, "iddpm::likelihood::model_output", x_start);
  const Coefficients<double>& row = diffusion.coefficients()[static_cast<std::size_t>(t)];
  const TimestepRows<R, Exec> timesteps(exec, {row.timestep}, x_start.extent(0));
  q_sample(exec, diffusion, x_start, t, noise.likelihood(static_cast<std::uint64_t>(t)), x_t);
  call_denoiser(denoiser, exec, x_t, timesteps.at(0), model_output, row);
  const Out unwanted{};
  p_mean_variance(exec, diffusion, x_t, t, model_output, denoised, unwanted, unwanted, unwanted,
                  out);
}

}  // namespace iddpm
