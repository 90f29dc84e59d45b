// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/likelihood/reconstruct.hpp>
#include <iddpm/metrics/image_quality.hpp>
#include <iddpm/training/detail/read_on_host.hpp>
#include <iddpm/training/monitor.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// \file
/// What a Monitor may measure of a network now and then, on data that is held out.

namespace iddpm {

namespace detail {

template <ExecutionSpace Exec, View V>
double mean_on_host(const Exec& exec, const V& per_sample) {
  const auto host = read_on_host(exec, per_sample);
  double sum = 0;
  for (std::size_t b = 0; b < host.extent(0); ++b) sum += static_cast<double>(host(b));
  return sum / static_cast<double>(host.extent(0));
}

}  // namespace detail

/// Columns `psnr_t<t>` and, for images (B, C, H, W), `ssim_t<t>`: how near the network comes to
/// x_start from an x_t at each of these timesteps; means over the samples. One call of the network
/// per timestep. The network sees its weights as they are then: give `net.with(trainer.average())`
/// to measure the average.
/// \pre x_start: (B, ...), data in [-1, 1], B >= 1
/// \throws std::invalid_argument after the first step; for a timestep out of range, or images of
///         less than 11 by 11.
/// \see metrics::psnr, metrics::ssim, reconstruct
template <ExecutionSpace Exec, Process P, class Net, View X>
void measure_reconstructions(Monitor<Exec>& monitor, const Exec& exec, const P& process,
                             const Net& net, const NoiseStream& noise, const X& x_start,
                             const std::vector<int>& timesteps, std::uint64_t every_rows = 1) {
  constexpr const char* function = "measure_reconstructions";
  constexpr bool are_images = X::rank() == 4;
  require(x_start.extent(0) > 0, function, "x_start", "hold at least one sample",
          shape_of(x_start));
  if constexpr (are_images)
    require(x_start.extent(2) >= 11 && x_start.extent(3) >= 11, function, "x_start",
            "have images of at least 11 by 11", shape_of(x_start));
  std::vector<std::string> names;
  for (const int t : timesteps) {
    require(t >= 0 && t < process.num_timesteps(), function, "every t",
            "be in 0 .. " + std::to_string(process.num_timesteps() - 1), t);
    names.push_back("psnr_t" + std::to_string(t));
    if (are_images) names.push_back("ssim_t" + std::to_string(t));
  }
  monitor.measure(
      names,
      [=] {
        const Tensor<value_t<X>, X::rank(), Exec> out(
            Kokkos::view_alloc(exec, Kokkos::WithoutInitializing,
                               "iddpm::training::reconstruction"),
            detail::row_major_layout(x_start));
        const Tensor<double, 1, Exec> score(
            Kokkos::view_alloc(exec, "iddpm::training::reconstruction_score"), x_start.extent(0));
        std::vector<double> values;
        for (const int t : timesteps) {
          reconstruct(exec, process, net, noise, x_start, t, out);
          metrics::psnr(exec, out, x_start, score);
          values.push_back(detail::mean_on_host(exec, score));
          if constexpr (are_images) {
            metrics::ssim(exec, out, x_start, score);
            values.push_back(detail::mean_on_host(exec, score));
          }
        }
        return values;
      },
      every_rows);
}

/// The column `bits_per_dim`: the mean bound of x_start, by as many calls of the network as the
/// process has timesteps: give a respaced one, `process.respaced("25")`, for a quick look.
/// \pre as bits_per_dim, and B >= 1
/// \throws std::invalid_argument after the first step.
template <ExecutionSpace Exec, Process P, class Net, View X>
void measure_bits_per_dim(Monitor<Exec>& monitor, const Exec& exec, const P& process,
                          const Net& net, const NoiseStream& noise, const X& x_start,
                          std::uint64_t every_rows = 1) {
  require(x_start.extent(0) > 0, "measure_bits_per_dim", "x_start", "hold at least one sample",
          shape_of(x_start));
  monitor.measure(
      {"bits_per_dim"},
      [=] {
        const auto bits = bits_per_dim(exec, process, net, noise, x_start);
        return std::vector<double>{detail::mean_on_host(exec, bits.total)};
      },
      every_rows);
}

}  // namespace iddpm
