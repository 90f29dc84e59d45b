// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/process/diffusion.hpp>
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

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto c = rows(sample);
    noise.for_each(sample, begin, end, [&](std::size_t e, auto z) {
      x_t(sample, e) = iddpm::q_sample(c, x_start(sample, e), z);
    });
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
  require_same_shape("q_sample", "x_t", x_t, "x_start", x_start);
  const auto rows = diffusion.template coefficients_at<value_t<X>>("q_sample", t, x_t.extent(0));
  visit_with_noise(
      "q_sample",
      [&](const auto& source, const auto& in, const auto& out) {
        for_each_tile("iddpm::process::q_sample", exec, out.samples, out.size,
                      detail::QSample<std::decay_t<decltype(rows)>, std::decay_t<decltype(source)>,
                                      std::decay_t<decltype(in)>, std::decay_t<decltype(out)>>{
                          rows, source, in, out});
      },
      detail::as_noise(noise), detail::as_input(x_start), x_t);
}

}  // namespace iddpm
