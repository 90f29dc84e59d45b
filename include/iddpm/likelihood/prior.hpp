// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/process/variational_bound.hpp>
#include <iddpm/random/for_each_element.hpp>

namespace iddpm {

/// KL(q(x_T | x_0) || N(0, 1)) of one element in nats: (A_T x_0^2 - A_T - log1p(-A_T)) / 2, without
/// the cancellation of the general formula near A_T = 0. `c` is the last timestep's row.
/// \see Nichol & Dhariwal 2021, eq. (7); improved_diffusion, _prior_bpd.
template <Real R>
KOKKOS_INLINE_FUNCTION R prior_kl(const Coefficients<R>& c, R x_start) {
  return R(0.5) * (c.alpha_bar * x_start * x_start - c.alpha_bar - c.log_one_minus_alpha_bar);
}

namespace detail {

template <Real R, class In>
struct PriorBpd {
  using term_type = R;

  Coefficients<R> last;
  In x_start;

  [[nodiscard]] bool is_uniform() const { return true; }

  template <class Isa, class Sample, class Into>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end, Into& terms) const {
    auto from = input(isa, sample, x_start);
    for_each_element(
        isa, NoNoise<R>{}, sample, begin, end, [&](auto e) -> R { return from(e); },
        [&](R x, R) { return prior_kl(last, x); }, [&](auto e, R kl) { terms(0, e) = kl; }, from);
  }
};

}  // namespace detail

/// Each sample's prior term of the variational bound, in bits per dimension: what q(x_T | x_0)
/// still tells of x_0. It depends on no network.
/// \pre x_start (B, ...); bpd (B). Asynchronous on exec.
/// \see Nichol & Dhariwal 2021, eq. (7); improved_diffusion, _prior_bpd.
template <ExecutionSpace Exec, Process P, View X, View Out>
void prior_bpd(const Exec& exec, const P& diffusion, const X& x_start, const Out& bpd) {
  detail::check_types<P, Exec, Out, X>();
  static_assert(Out::rank() == 1, "bpd is a View of rank 1, one number per sample");
  require(bpd.extent(0) == x_start.extent(0), "prior_bpd", "bpd", "hold one value per sample",
          shape_of(bpd));
  const auto last = cast<compute_t<X>>(diffusion.coefficients().back());
  visit_batches(
      "prior_bpd",
      [&](const auto& x0) {
        reduce_samples<1>("iddpm::likelihood::prior_bpd", exec, x0,
                          detail::PriorBpd<compute_t<X>, std::decay_t<decltype(x0)>>{last, x0},
                          detail::MeanInBits<Out>{bpd, x0.size});
      },
      detail::as_input(x_start));
}

}  // namespace iddpm
