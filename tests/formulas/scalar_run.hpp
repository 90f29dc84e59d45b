// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/path.hpp>
#include <iddpm/sampler/stage.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

/// \file
/// What a solver does to one number, on the host, by the definition of a stage: no kernel, so that
/// a changed formula is compiled and found in seconds.

namespace test {

using iddpm::NoiseLevel, iddpm::NoiseLevels, iddpm::Path, iddpm::Times;

inline const NoiseLevels& cosine_levels() {
  static const NoiseLevels levels(iddpm::make_coefficients(iddpm::schedule::Cosine{1000}));
  return levels;
}

/// Some number of about unit size for the noise of each transition.
inline double normal_of(int k) { return std::sin(1.7 * k + 0.6) * 1.3; }

/// The end of a run from x over `times`; `predict(level, x)` is the network's x_0.
template <class Solver, class Predict>
double run_scalar(const Solver& solver, const Times& times, double x, const Predict& predict,
                  const NoiseLevels& levels = cosine_levels()) {
  const Path path(levels, times);
  const double none = std::numeric_limits<double>::quiet_NaN();
  std::array<double, 4> buffer{x, none, none, none};
  if constexpr (requires { solver.start(path, 0); }) {
    const iddpm::TransitionStart start = solver.start(path, 0);
    buffer[0] = start.scale * x + start.deviation * normal_of(0);
  }
  const auto at = [](int i) { return static_cast<std::size_t>(i); };
  for (int k = 0; k < path.count(); ++k)
    for (const iddpm::Stage& stage : solver.stages(path, k))
      for (int iteration = 0; iteration < 100; ++iteration) {
        const std::array<double, 4> old = buffer;
        const double called_on = old[at(stage.at)];
        const NoiseLevel level = noise_level(levels, stage.t);
        const double x_start = predict(level, called_on);
        const double eps = (called_on - level.alpha * x_start) / level.sigma;
        for (const iddpm::Combination& sum : stage.writes) {
          if (sum.to < 0) continue;
          double value = sum.x_start * x_start + sum.eps * eps;
          if (sum.noise != 0) value += sum.noise * normal_of(k + stage.noise_ahead);
          for (std::size_t i = 0; i < 3; ++i)
            if (sum.reads[i] != 0) value += sum.reads[i] * old[at(stage.reads[i])];
          buffer[at(sum.to)] = value;
        }
        if (stage.tolerance == 0) break;
        const double epsilon = std::numeric_limits<double>::epsilon();
        if (std::abs(buffer[at(stage.writes[1].to)]) <=
            stage.tolerance * epsilon * std::abs(buffer[0]))
          break;
      }
  return buffer[0];
}

/// The best prediction of x_0 ~ N(0, 1/4), and what the ODE makes of x with it.
inline double gaussian_x_start(const NoiseLevel& level, double x) {
  const double v = level.alpha * level.alpha / 4 + level.sigma * level.sigma;
  return level.alpha * x / (4 * v);
}
inline double gaussian_end(const NoiseLevel& from, const NoiseLevel& to, double x) {
  const auto v = [](const NoiseLevel& of) { return of.alpha * of.alpha / 4 + of.sigma * of.sigma; };
  return x * std::sqrt(v(to) / v(from));
}

/// `steps` transitions even in lambda, from -3 to 2, or in Karras' way.
inline Times even_in_lambda(int steps) {
  Times times;
  for (int i = 0; i <= steps; ++i)
    times.push_back(cosine_levels().t_of_half_log_snr(-3 + 5.0 * i / steps));
  return times;
}
inline Times even_in_karras(int steps) {
  Times times;
  const double first = std::exp(3.0 / 7), last = std::exp(-2.0 / 7);
  for (int i = 0; i <= steps; ++i)
    times.push_back(
        cosine_levels().t_of_half_log_snr(-7 * std::log(first + (last - first) * i / steps)));
  return times;
}

/// The observed order on that data, from the errors of n and 2 n steps.
template <class Solver>
double scalar_order(const Solver& solver, Times (*times_of)(int), int n = 64) {
  std::array<double, 2> errors{};
  for (int i = 0; i < 2; ++i) {
    const Times times = times_of(n << i);
    const NoiseLevel from = noise_level(cosine_levels(), times.front());
    const NoiseLevel to = noise_level(cosine_levels(), times.back());
    errors[static_cast<std::size_t>(i)] =
        std::abs(run_scalar(solver, times, 1, gaussian_x_start) - gaussian_end(from, to, 1));
  }
  return std::log2(errors[0] / errors[1]);
}

}  // namespace test
