// SPDX-License-Identifier: MIT
#pragma once

#include "support/solver_runs.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

/// \file
/// The order of a solver of the ODE, and where it is exact.

namespace test {

inline Times even_in_log_snr(const Diffusion<iddpm::mean::Epsilon>& process, int steps) {
  return iddpm::log_snr_times_between(process, -4, 3, steps);
}
inline Times even_in_karras(const Diffusion<iddpm::mean::Epsilon>& process, int steps) {
  return iddpm::karras_times_between(process, std::exp(4.0), std::exp(-3.0), steps);
}

/// The observed order on x_0 ~ N(0, 1/4), whose exact solution is x_s / x_t = sqrt(v_s / v_t).
template <class S>
double order_of(const S& solver,
                Times (*times)(const Diffusion<iddpm::mean::Epsilon>&, int) = even_in_log_snr) {
  const auto process = diffusion<iddpm::mean::Epsilon>();
  const auto v = [&](double t) {
    return process.levels().alpha_bar(t) / 4 + process.levels().one_minus_alpha_bar(t);
  };
  std::vector<double> errors;
  for (const int steps : {160, 320, 640}) {
    const Times path = times(process, steps);
    const Tensor<double, 2, Exec> x("x", 1, 1);
    Kokkos::deep_copy(x, 1.0);
    const auto end =
        run_on(process, solver, gaussian_net<iddpm::mean::Epsilon>(), x, {.times = path});
    errors.push_back(std::abs(end[0] / std::sqrt(v(path.back()) / v(path.front())) - 1));
  }
  REQUIRE(errors[2] > 1e-13);  // else rounding is what was measured
  return std::log2(errors[1] / errors[2]);
}

/// Numbers of steps and spacings, down to x_0 and to a level in the middle.
template <class P>
std::vector<Times> many_paths(const P& process) {
  std::vector<Times> paths;
  for (const int steps : {1, 2, 3, 5, 20}) {
    paths.push_back(iddpm::uniform_times(process, steps));
    paths.push_back(iddpm::log_snr_times(process, steps));
    paths.push_back(iddpm::log_snr_times_between(process, -3, 0.5, steps));
    paths.push_back(iddpm::karras_times_between(process, 30, 0.3, steps));
  }
  return paths;
}

/// x at `to` that comes from x at `from` by the ODE, where eps, or x_0, is 0.3 whatever x is.
template <class Mean>
double exact_end(const iddpm::NoiseLevel& from, const iddpm::NoiseLevel& to, double x) {
  if constexpr (std::is_same_v<Mean, iddpm::mean::Epsilon>)
    return to.alpha * (x / from.alpha + (to.ratio() - from.ratio()) * 0.3);
  else
    return to.alpha * 0.3 + to.sigma / from.sigma * (x - from.alpha * 0.3);
}

/// The largest error of a solver of the ODE where eps, or x_0, is constant, on one path; relative
/// to the largest number where that is above 1.
template <class Mean, class P, class S>
double constant_error(const P& process, const S& solver, const Times& times) {
  const auto x = normals(2, 3);
  Exec{}.fence();
  std::vector<double> expected = values(x);
  double size = 1;
  for (double& value : expected) {
    value = exact_end<Mean>(iddpm::noise_level(process.levels(), times.front()),
                            iddpm::noise_level(process.levels(), times.back()), value);
    size = std::max(size, std::abs(value));
  }
  return distance(run_on(process, solver, constant_net(), x, {.times = times}), expected) / size;
}

template <class S>
void check_exact_for_constants(const S& solver) {
  using iddpm::mean::Epsilon, iddpm::mean::StartX;
  for (const Times& times : many_paths(diffusion<iddpm::mean::StartX>())) {
    CAPTURE(times.size());
    CAPTURE(times.back());
    CHECK(constant_error<Epsilon>(diffusion<Epsilon>(), solver, times) < 1e-11);
    CHECK(constant_error<StartX>(diffusion<StartX>(), solver, times) < 1e-13);
  }
}

}  // namespace test
