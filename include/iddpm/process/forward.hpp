// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>

namespace iddpm {

/// x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) noise, on one element.
/// \see Ho et al. 2020, eq. (4).
template <Real R>
KOKKOS_INLINE_FUNCTION R q_sample(const Coefficients<R>& c, R x_start, R noise) {
  return Kokkos::fma(c.sqrt_alpha_bar, x_start, c.sqrt_one_minus_alpha_bar * noise);
}

namespace detail {

template <class Rows, class Source, class In, class Out>
struct QSample {
  Rows rows;
  Source noise;
  In x_start;
  Out x_t;

  [[nodiscard]] bool is_uniform() const { return rows.is_uniform(); }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    using R = typename Source::value_type;
    const Coefficients<R> c = rows(sample);
    auto from = input(isa, sample, x_start);
    auto to = output(isa, sample, x_t);
    for_each_element(
        isa, noise, sample, begin, end, [&](auto e) -> R { return from(e); },
        [&](R x0, R z) { return iddpm::q_sample(c, x0, z); }, [&](auto e, R x) { to(e) = x; }, from,
        to);
  }
};

template <class Rows, class In, class Out>
struct QMeanVariance {
  Rows rows;
  In x_start;
  Out mean, variance, log_variance;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto c = rows(sample);
    for (std::size_t e = begin; e < end; ++e) {
      if (mean) mean(sample, e) = c.sqrt_alpha_bar * x_start(sample, e);
      if (variance) variance(sample, e) = c.one_minus_alpha_bar;
      if (log_variance) log_variance(sample, e) = c.log_one_minus_alpha_bar;
    }
  }
};

}  // namespace detail

/// Draws x_t ~ q(x_t | x_0): x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) noise.
/// \pre x_start, x_t and a noise View: (B, ...) of equal extents; x_t may be x_start or the noise.
///      t: an int or (B), 0 <= t < T (else that sample becomes NaN). Asynchronous on exec.
/// \throws std::invalid_argument on extents that differ or a timestep out of range.
/// \see Ho et al. 2020, eq. (4); improved_diffusion, q_sample.
template <ExecutionSpace Exec, Process P, View X, Noise N, View Out>
void q_sample(const Exec& exec, const P& diffusion, const X& x_start, const Timesteps<P>& t,
              const N& noise, const Out& x_t) {
  detail::check_types<P, Exec, Out, X>();
  detail::check_noise<P, Exec, Out, N>();
  require_same_shape("q_sample", "x_t", x_t, "x_start", x_start);
  const auto rows =
      diffusion.template coefficients_at<compute_t<X>>(exec, "q_sample", t, x_t.extent(0));
  visit_with_noise(
      "q_sample",
      [&](const auto& source, const auto& in, const auto& out) {
        for_each_tile("iddpm::process::q_sample", exec, out,
                      detail::QSample<std::decay_t<decltype(rows)>, std::decay_t<decltype(source)>,
                                      std::decay_t<decltype(in)>, std::decay_t<decltype(out)>>{
                          rows, source, in, out});
      },
      detail::as_noise(noise), detail::as_input(x_start), x_t);
}

/// q(x_t | x_0) = N(sqrt(alpha_bar_t) x_0, 1 - alpha_bar_t): its mean, variance and log variance
/// (nats). A View of these without memory (as a View() is) is not wanted and not written.
/// \pre all Views (B, ...) of equal extents; t: an int or (B), 0 <= t < T. Asynchronous on exec.
/// \throws std::invalid_argument on extents that differ or a timestep out of range.
/// \see Ho et al. 2020, eq. (4); improved_diffusion, q_mean_variance.
template <ExecutionSpace Exec, Process P, View X, View Out>
void q_mean_variance(const Exec& exec, const P& diffusion, const X& x_start, const Timesteps<P>& t,
                     const Out& mean, const Out& variance, const Out& log_variance) {
  constexpr auto name = "q_mean_variance";
  detail::check_types<P, Exec, Out, X>();
  detail::require_wanted_shape(name, "mean", mean, "x_start", x_start);
  detail::require_wanted_shape(name, "variance", variance, "x_start", x_start);
  detail::require_wanted_shape(name, "log_variance", log_variance, "x_start", x_start);
  const auto rows =
      diffusion.template coefficients_at<compute_t<X>>(exec, name, t, x_start.extent(0));
  visit_batches(
      name,
      [&](const auto& x0, const auto& m, const auto& v, const auto& l) {
        for_each_tile(
            "iddpm::process::q_mean_variance", exec, x0,
            detail::QMeanVariance<std::decay_t<decltype(rows)>, std::decay_t<decltype(x0)>,
                                  std::decay_t<decltype(m)>>{rows, x0, m, v, l});
      },
      detail::as_input(x_start), mean, variance, log_variance);
}

}  // namespace iddpm
