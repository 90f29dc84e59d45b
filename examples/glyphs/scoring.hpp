// SPDX-License-Identifier: MIT
#pragma once

#include "data.hpp"
#include "interrupt.hpp"
#include "progress.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

/// \file
/// Bits per dimension on the images held out of training.

namespace glyphs {

/// Means over the images; one entry per timestep of the scoring process where there are several.
struct Score {
  std::size_t images = 0;
  double bits_per_dim = 0, standard_error = 0, prior = 0;
  std::vector<double> timestep, vb, x_start_mse, mse;
};

namespace detail {

template <class V>
auto on_host(const V& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
}

template <class V>
void add_columns(const V& view, std::vector<double>& sums) {
  const auto host = on_host(view);
  sums.resize(host.extent(1));
  for (std::size_t b = 0; b < host.extent(0); ++b)
    for (std::size_t t = 0; t < host.extent(1); ++t) sums[t] += static_cast<double>(host(b, t));
}

}  // namespace detail

/// Scores the first `count` images in batches; an image's noise is its own, whatever its batch.
template <class Process, class Net>
Score score(const Exec& exec, const Process& process, const Net& net, const Levels& levels,
            std::size_t count, std::uint64_t seed, Progress& progress) {
  Score result;
  double squares = 0;
  count = std::min(count, levels.extent(0));
  for (std::size_t first = 0; first < count; first += 250) {
    const std::size_t batch = std::min<std::size_t>(250, count - first);
    const auto bits = iddpm::bits_per_dim(exec, process, Interruptible<Net>{net},
                                          iddpm::NoiseStream{.seed = seed, .first_sample = first},
                                          take(exec, levels, first, batch));
    exec.fence();
    const auto total = detail::on_host(bits.total), prior = detail::on_host(bits.prior);
    for (std::size_t b = 0; b < batch; ++b) {
      const auto value = static_cast<double>(total(b));
      result.bits_per_dim += value;
      result.prior += static_cast<double>(prior(b));
      squares += value * value;
    }
    detail::add_columns(bits.vb, result.vb);
    detail::add_columns(bits.x_start_mse, result.x_start_mse);
    detail::add_columns(bits.mse, result.mse);
    progress.update(static_cast<double>(first + batch) / static_cast<double>(count),
                    std::to_string(first + batch) + " images");
  }
  const auto n = static_cast<double>(count);
  result.images = count;
  result.bits_per_dim /= n;
  result.prior /= n;
  const double variance = squares / n - result.bits_per_dim * result.bits_per_dim;
  result.standard_error = count > 1 ? std::sqrt(std::max(variance, 0.0) / (n - 1)) : 0;
  for (auto* column : {&result.vb, &result.x_start_mse, &result.mse})
    for (double& value : *column) value /= n;
  for (const auto& row : process.coefficients()) result.timestep.push_back(row.timestep);
  return result;
}

}  // namespace glyphs
