// SPDX-License-Identifier: MIT
#pragma once

#include "support/row_net.hpp"
#include <iddpm/core/tensor.hpp>
#include <iddpm/sampler/sample.hpp>

#include <cstddef>
#include <vector>

/// \file
/// Mean and variance of a run without any chance in them. With an affine network a run is affine in
/// its beginning and in each transition's noise, so a batch of unit vectors has all its numbers.

namespace test {

using Rows = iddpm::Tensor<double, 2, Exec>;

/// The noise of transition k is 1 in sample 2 + k, else 0.
struct UnitNoise {
  iddpm::Tensor<double, 3, Exec> all;

  explicit UnitNoise(std::size_t transitions)
      : all("noise", transitions, transitions + 2, std::size_t{1}) {
    const auto host = Kokkos::create_mirror_view(all);
    for (std::size_t k = 0; k < transitions; ++k) host(k, k + 2, 0) = 1;
    Kokkos::deep_copy(all, host);
  }
  [[nodiscard]] auto sampler(std::uint64_t k) const {
    return Kokkos::subview(all, k, Kokkos::ALL, Kokkos::ALL);
  }
};

struct RunMoments {
  double t, mean, variance;
};

/// The moments after each transition of a run that begins with those given.
template <class P, class S, class Net>
std::vector<RunMoments> moments_of_run(const P& process, const S& sampler, const Net& net,
                                       const iddpm::Times& times, double mean, double variance) {
  const std::size_t transitions = times.size() - 1;
  const Rows x("x", transitions + 2, 1);
  const auto host = Kokkos::create_mirror_view(x);
  host(1, 0) = 1;
  Kokkos::deep_copy(x, host);
  const UnitNoise noise(transitions);
  auto run = iddpm::progressive(Exec{}, process, sampler, net, noise, x, {.times = times});
  std::vector<RunMoments> all;
  while (run.advance()) {
    Kokkos::deep_copy(Exec{}, host, x);
    Exec{}.fence();
    const double offset = host(0, 0), gain = host(1, 0) - offset;
    RunMoments now{run.step().t_next, offset + gain * mean, gain * gain * variance};
    for (std::size_t k = 0; k < transitions; ++k)
      now.variance += (host(k + 2, 0) - offset) * (host(k + 2, 0) - offset);
    all.push_back(now);
  }
  return all;
}

/// How far a run with the constant x_0 = 0.3 comes at most from N(sqrt(A) 0.3, 1 - A).
template <class P, class S>
double point_data_error(const P& process, const S& sampler, const iddpm::Times& times) {
  const auto level = [&](double t) { return iddpm::noise_level(process.levels(), t); };
  const auto start = level(times.front());
  double largest = 0;
  for (const RunMoments& now : moments_of_run(process, sampler, constant_net(), times,
                                              0.3 * start.alpha, start.sigma * start.sigma)) {
    const auto at = level(now.t);
    largest = std::max({largest, std::abs(now.mean - 0.3 * at.alpha),
                        std::abs(now.variance - at.sigma * at.sigma)});
    if (now.mean != now.mean || now.variance != now.variance) return HUGE_VAL;
  }
  return largest;
}

}  // namespace test
