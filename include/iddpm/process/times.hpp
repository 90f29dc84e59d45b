// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/schedule/spacing.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The timesteps that a run of few steps visits, for RunOptions::times: from T - 1 (quadratic
/// ones from 0.8 T) down to 0 and, at the end, x_0. Explicit ones are any list of falling numbers.

namespace iddpm {

/// Some timesteps of the table, from the last one down, then x_0.
/// \param kept increasing, as the functions of schedule/spacing.hpp make them
[[nodiscard]] inline Times times_of(const std::vector<int>& kept) {
  Times times(kept.rbegin(), kept.rend());
  times.push_back(x_start_time);
  return times;
}

/// `steps` transitions between timesteps of the table, evenly spaced from T - 1 to 0, then x_0.
/// \throws std::invalid_argument unless 1 <= steps <= T.
template <Process P>
[[nodiscard]] Times uniform_times(const P& diffusion, int steps) {
  return times_of(schedule::linspace_timesteps(diffusion.num_timesteps(), steps));
}

/// The same, growing with the square of their number, up to 0.8 T.
/// \see schedule::quadratic_timesteps.
/// \throws std::invalid_argument unless 1 <= steps <= T.
template <Process P>
[[nodiscard]] Times quadratic_times(const P& diffusion, int steps) {
  return times_of(schedule::quadratic_timesteps(diffusion.num_timesteps(), steps));
}

namespace detail {

// at(0) .. at(steps), which must fall: rounding may have made two of them one timestep.
template <class At>
Times falling_times(std::string_view function, int steps, const At& at) {
  Times times;
  for (int i = 0; i <= steps; ++i) {
    const double t = at(i);
    require(times.empty() || t < times.back(), function, "every timestep",
            "be below the one before it, which wants fewer steps or nearer ends", t);
    times.push_back(t);
  }
  return times;
}

}  // namespace detail

/// `steps` transitions from half-log-SNR `from` up to `to`, in steps of one length.
/// \throws std::invalid_argument unless steps >= 1, from < to, both finite, the process has both,
///         and every timestep is another one: a `to` of 20 is x_0 but for rounding.
template <Process P>
[[nodiscard]] Times log_snr_times_between(const P& diffusion, double from, double to, int steps) {
  require(steps >= 1, "log_snr_times_between", "steps", "be at least 1", steps);
  require(from < to && std::isfinite(to - from), "log_snr_times_between", "from",
          "be finite and below a finite `to`, " + text_of(to), from);
  return detail::falling_times("log_snr_times_between", steps, [&](int i) {
    return diffusion.levels().t_of_half_log_snr(from + (to - from) * i / steps);
  });
}

/// `steps` transitions from S = sqrt((1 - A) / A) = `from` down to `to`, evenly spaced in
/// S^(1 / rho).
/// \throws std::invalid_argument unless steps >= 1, 0 < to < from, 1 <= rho, the process has both,
///         and every timestep is another one.
/// \see Karras et al. 2022, eq. (5).
template <Process P>
[[nodiscard]] Times karras_times_between(const P& diffusion, double from, double to, int steps,
                                         double rho = 7) {
  require(steps >= 1, "karras_times_between", "steps", "be at least 1", steps);
  require(to > 0 && to < from && std::isfinite(from), "karras_times_between", "to",
          "be positive and below a finite `from`, " + text_of(from), to);
  require(rho >= 1 && std::isfinite(rho), "karras_times_between", "rho", "be at least 1 and finite",
          rho);
  // ln S_i = ln from + rho ln(1 + ((to / from)^(1 / rho) - 1) i / n), which keeps its digits where
  // rho is large and the powers are near 1.
  const double log_from = math::log(from);
  const double whole = math::expm1((math::log(to) - log_from) / rho);
  return detail::falling_times("karras_times_between", steps, [&](int i) {
    const double log_s = std::fma(rho, math::log1p(whole * i / steps), log_from);
    return diffusion.levels().t_of_half_log_snr(-log_s);
  });
}

namespace detail {

// From T - 1 to 0 exactly, then x_0; `between(steps)` for all but the last transition.
template <Process P, class Between>
Times down_to_x_start(std::string_view function, const P& diffusion, int steps,
                      const Between& between) {
  const int last = diffusion.num_timesteps() - 1;
  require(steps >= 1 && steps <= last + 1, function, "steps",
          "be in 1 .. " + std::to_string(last + 1), steps);
  if (steps == 1) return {static_cast<double>(last), x_start_time};
  Times times = between(steps - 1);
  times.front() = last;
  times.back() = 0;
  times.push_back(x_start_time);
  return times;
}

}  // namespace detail

/// `steps` transitions: from T - 1 to 0 evenly spaced in log-SNR, then x_0. Where the terminal SNR
/// is zero, the second timestep is T - 2, and they are even from there.
/// \throws std::invalid_argument unless 1 <= steps <= T and every timestep is another one.
/// \see Lu et al. 2022, "DPM-Solver", section 3.3.
template <Process P>
[[nodiscard]] Times log_snr_times(const P& diffusion, int steps) {
  const NoiseLevels& levels = diffusion.levels();
  const int last = levels.num_timesteps() - 1;
  return detail::down_to_x_start("log_snr_times", diffusion, steps, [&](int transitions) {
    const double to = levels.half_log_snr(0);
    if (!levels.has_zero_terminal_snr())
      return log_snr_times_between(diffusion, levels.half_log_snr(last), to, transitions);
    Times times{static_cast<double>(last)};
    if (transitions == 1) return Times{static_cast<double>(last), 0};
    const Times rest =
        log_snr_times_between(diffusion, levels.half_log_snr(last - 1), to, transitions - 1);
    times.insert(times.end(), rest.begin(), rest.end());
    return times;
  });
}

/// `steps` transitions: from T - 1 to 0 evenly spaced in S^(1 / rho), S = sqrt((1 - A) / A), then
/// x_0.
/// \throws std::invalid_argument unless 1 <= steps <= T, rho >= 1 and every timestep is another
///         one, and at zero terminal SNR.
/// \see Karras et al. 2022, eq. (5).
template <Process P>
[[nodiscard]] Times karras_times(const P& diffusion, int steps, double rho = 7) {
  const NoiseLevels& levels = diffusion.levels();
  require(!levels.has_zero_terminal_snr(), "karras_times", "diffusion",
          "have a terminal SNR above zero", 0);
  require(rho >= 1 && std::isfinite(rho), "karras_times", "rho", "be at least 1 and finite", rho);
  return detail::down_to_x_start("karras_times", diffusion, steps, [&](int transitions) {
    return karras_times_between(diffusion,
                                math::exp(-levels.half_log_snr(levels.num_timesteps() - 1)),
                                math::exp(-levels.half_log_snr(0)), transitions, rho);
  });
}

/// Each rounded to the nearest timestep of the table, those that repeat left out: for networks that
/// know no timestep in between.
[[nodiscard]] inline Times on_table(const Times& times) {
  Times rounded;
  for (const double t : times)
    if (rounded.empty() || rounded.back() != std::nearbyint(t))
      rounded.push_back(std::nearbyint(t));
  return rounded;
}

/// The part of a falling list from t down: t itself, then those below it. What a run from a noised
/// image visits.
/// \throws std::invalid_argument unless some of them are below t.
[[nodiscard]] inline Times starting_at(const Times& times, double t) {
  Times part{t};
  std::copy_if(times.begin(), times.end(), std::back_inserter(part),
               [&](double time) { return time < t; });
  require(part.size() > 1, "starting_at", "t", "be above one of times", t);
  return part;
}

/// A falling list to x_0 with RePaint's jumps: at every jump_length-th timestep from the last one
/// up, the run goes back up jump_length timesteps and comes down again, resamplings - 1 times.
/// \throws std::invalid_argument unless both numbers are at least 1 and there are two times.
/// \see Lugmayr et al. 2022, "RePaint", section 4.2 and appendix B.
[[nodiscard]] inline Times repaint_times(const Times& times, int jump_length, int resamplings) {
  require(jump_length >= 1, "repaint_times", "jump_length", "be at least 1", jump_length);
  require(resamplings >= 1, "repaint_times", "resamplings", "be at least 1", resamplings);
  require(times.size() >= 2, "repaint_times", "times", "hold a timestep and x_0", times.size());
  const int last = static_cast<int>(times.size()) - 2;  // the one before x_0
  std::vector<int> jumps(times.size(), 0);
  for (int i = last; i >= jump_length; i -= jump_length)
    jumps[static_cast<std::size_t>(i)] = resamplings - 1;
  Times path;
  for (int i = 0; i <= last + 1; ++i) {
    path.push_back(times[static_cast<std::size_t>(i)]);
    if (jumps[static_cast<std::size_t>(i)]-- > 0) {
      i -= jump_length;
      path.push_back(times[static_cast<std::size_t>(i)]);
    }
  }
  return path;
}

}  // namespace iddpm
