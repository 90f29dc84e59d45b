// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/process/diffusion.hpp>

namespace iddpm {

namespace detail {

template <class Rows, class In, class Out>
struct QPosterior {
  Rows rows;
  In x_start, x_t;
  Out mean, variance, log_variance;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto c = rows(sample);
    using R = std::remove_cvref_t<decltype(c.beta)>;
    for (std::size_t e = begin; e < end; ++e) {
      if (mean) mean(sample, e) = posterior_mean<R>(c, x_start(sample, e), x_t(sample, e));
      if (variance) variance(sample, e) = c.posterior_variance;
      if (log_variance) log_variance(sample, e) = c.posterior_log_variance_clipped;
    }
  }
};

}  // namespace detail

/// The posterior q(x_{t-1} | x_t, x_0) = N(c1 x_0 + c2 x_t, beta (1 - Ap) / (1 - A)): its mean, its
/// variance (0 at t = 0) and its log variance in nats (entry 0 is entry 1's). A View of these
/// without memory (as a View() is) is not wanted and not written.
/// \pre all Views (B, ...) of equal extents; t: an int or (B), 0 <= t < T. Asynchronous on exec.
/// \throws std::invalid_argument on extents that differ or a timestep out of range.
/// \see Ho et al. 2020, eqs. (6), (7); improved_diffusion, q_posterior_mean_variance.
template <ExecutionSpace Exec, Process P, View X, View Y, View Out>
void q_posterior_mean_variance(const Exec& exec, const P& diffusion, const X& x_start, const Y& x_t,
                               const Timesteps<P>& t, const Out& mean, const Out& variance,
                               const Out& log_variance) {
  constexpr auto name = "q_posterior_mean_variance";
  detail::check_types<P, Exec, Out, X, Y>();
  require_same_shape(name, "x_t", x_t, "x_start", x_start);
  detail::require_wanted_shape(name, "mean", mean, "x_start", x_start);
  detail::require_wanted_shape(name, "variance", variance, "x_start", x_start);
  detail::require_wanted_shape(name, "log_variance", log_variance, "x_start", x_start);
  const auto rows = diffusion.template coefficients_at<compute_t<X>>(exec, name, t, x_t.extent(0));
  visit_batches(
      name,
      [&](const auto& x0, const auto& xt, const auto& m, const auto& v, const auto& l) {
        for_each_tile("iddpm::process::q_posterior_mean_variance", exec, xt,
                      detail::QPosterior<std::decay_t<decltype(rows)>, std::decay_t<decltype(x0)>,
                                         std::decay_t<decltype(m)>>{rows, x0, xt, m, v, l});
      },
      detail::as_input(x_start), detail::as_input(x_t), mean, variance, log_variance);
}

}  // namespace iddpm
