// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/math/log.hpp>
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/detail/two_part.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iddpm {

/// One timestep's row of the table: every number of the schedule that a formula needs.
/// A is alpha_bar_t, Ap alpha_bar_{t-1} (1 at t = 0), both as in Ho et al. 2020.
/// In double every number is finite but two: sqrt_recip_alpha_bar and sqrt_recipm1_alpha_bar are
/// +infinity where A = 0, at the last timestep of a schedule with zero terminal SNR. In float each
/// one above 3.4e38 is: these two where A is below 1e-77, the two that divide by c1 where that is
/// below 1e-38, a reciprocal deviation where that is. A process whose mean type needs an infinite
/// one to find x_0 is refused.
template <Real R>
struct Coefficients {
  R timestep;                       ///< what a network is given for t
  R is_noisy;                       ///< 1 for t > 0, 0 for t = 0, where a sampler adds no noise
  R beta;                           ///< beta_t, in (0, 1], or the complement of the skipped product
  R log_beta;                       ///< ln beta, nats
  R sqrt_alpha;                     ///< sqrt(1 - beta)
  R alpha_bar;                      ///< A
  R alpha_bar_prev;                 ///< Ap
  R alpha_bar_next;                 ///< 0 at t = T - 1
  R one_minus_alpha_bar;            ///< not by subtraction: exact where A is near 1
  R one_minus_alpha_bar_prev;       ///< the same for Ap
  R one_minus_alpha_bar_next;       ///< the same for alpha_bar_next: 1 at t = T - 1
  R log_one_minus_alpha_bar;        ///< log variance of q(x_t | x_0)
  R sqrt_alpha_bar;                 ///< q(x_t | x_0): eq. (4)
  R sqrt_alpha_bar_prev;            ///< sqrt(Ap)
  R sqrt_alpha_bar_next;            ///< its root
  R sqrt_one_minus_alpha_bar_next;  ///< the root of 1 - alpha_bar_next
  R sqrt_one_minus_alpha_bar;       ///< q(x_t | x_0): eq. (4)
  R recip_sqrt_one_minus_alpha_bar;  ///< 1 / sqrt(1 - A)
  R sqrt_recip_alpha_bar;            ///< sqrt(1 / A)
  R sqrt_recipm1_alpha_bar;          ///< sqrt(1 / A - 1)
  R posterior_mean_coef1;            ///< c1 = beta sqrt(Ap) / (1 - A), of x_0: eq. (7)
  R posterior_mean_coef2;            ///< c2 = (1 - Ap) sqrt(1 - beta) / (1 - A), of x_t: eq. (7)
  R recip_posterior_mean_coef1;      ///< 1 / c1
  R posterior_mean_coef2_over_1;     ///< c2 / c1
  R posterior_variance;              ///< beta (1 - Ap) / (1 - A), 0 at t = 0: eq. (7)
  R posterior_log_variance_clipped;  ///< its logarithm; entry 0 is entry 1's (log beta_0 if T = 1)
  R posterior_deviation_clipped;     ///< the square root of what that logarithm is of
  R recip_posterior_deviation_clipped;  ///< its reciprocal
  R log_variance_range;                 ///< log beta - that logarithm: what LearnedRange spans
  R large_variance;                     ///< beta; entry 0 is posterior_variance's entry 1
  R large_log_variance;                 ///< its logarithm
  R large_deviation;                    ///< its square root
};

/// The mean of q(x_{t-1} | x_t, x_0): c1 x_0 + c2 x_t.
/// \see Ho et al. 2020, eq. (7).
template <Real R>
KOKKOS_INLINE_FUNCTION R posterior_mean(const Coefficients<R>& c, R x_start, R x_t) {
  return Kokkos::fma(c.posterior_mean_coef1, x_start, c.posterior_mean_coef2 * x_t);
}

namespace detail {

// A row is its columns, side by side: what holds for each of them is said once, over this array.
template <Real R>
using Columns = std::array<R, sizeof(Coefficients<R>) / sizeof(R)>;

template <Real R>
Columns<R> columns_of(const Coefficients<R>& row) {
  return std::bit_cast<Columns<R>>(row);
}

}  // namespace detail

/// A row in another precision: computed once in double, rounded once.
template <Real To, Real From>
[[nodiscard]] Coefficients<To> cast(const Coefficients<From>& row) {
  const detail::Columns<From> from = detail::columns_of(row);
  detail::Columns<To> to{};
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<To>(from[i]);
  return std::bit_cast<Coefficients<To>>(to);
}

namespace detail {

inline void check_length(std::string_view of, std::size_t length, std::size_t num_timesteps) {
  require(length == num_timesteps, "GaussianDiffusion", "the schedule's " + std::string(of),
          "have as many entries as betas (" + std::to_string(num_timesteps) + ")", length);
}

inline void check_betas(const std::vector<double>& betas, bool last_may_be_one) {
  require(!betas.empty(), "GaussianDiffusion", "schedule", "have at least one timestep", 0);
  require(betas.size() < (std::size_t{1} << 24), "GaussianDiffusion", "schedule",
          "have fewer than 2^24 timesteps", betas.size());
  for (std::size_t t = 0; t < betas.size(); ++t) {
    const bool may_be_one = last_may_be_one && t + 1 == betas.size();
    require(betas[t] > 0 && (betas[t] < 1 || (may_be_one && betas[t] == 1)), "GaussianDiffusion",
            "beta of timestep " + std::to_string(t), may_be_one ? "be in (0, 1]" : "be in (0, 1)",
            betas[t]);
  }
}

// alpha_bar_t and its complement side by side, A - A beta and 1 - A + A beta: 1 - alpha_bar alone
// would lose the small t's last digits, and thousands of rounded factors the large t's. Where alpha
// is told, A alpha, for a beta near 1 has not alpha's digits. A beta of 1 leaves 0 and 1, which the
// sum alone would miss by its rounding.
inline void fill_alpha_bars(std::vector<Coefficients<double>>& rows,
                            const std::vector<double>& alphas) {
  TwoPart alpha_bar{1, 0}, complement{0, 0};
  for (std::size_t t = 0; t < rows.size(); ++t) {
    Coefficients<double>& c = rows[t];
    c.alpha_bar_prev = alpha_bar.high;
    c.one_minus_alpha_bar_prev = complement.high;
    if (!alphas.empty() && c.beta > 0.5) {
      const TwoPart product = alpha_bar.times(alphas[t]);
      alpha_bar = {0, 0};
      alpha_bar.add(product.high, product.low);
      complement = {1, 0};
      complement.add(-alpha_bar.high, -alpha_bar.low);
    } else {
      const TwoPart part = alpha_bar.times(c.beta);
      complement.add(part.high, part.low);
      alpha_bar.add(-part.high, -part.low);
    }
    if (c.beta == 1) alpha_bar = {0, 0}, complement = {1, 0};
    c.alpha_bar = alpha_bar.high;
    c.one_minus_alpha_bar = complement.high;
  }
  for (std::size_t t = 0; t < rows.size(); ++t) {
    rows[t].alpha_bar_next = t + 1 < rows.size() ? rows[t + 1].alpha_bar : 0;
    rows[t].one_minus_alpha_bar_next = t + 1 < rows.size() ? rows[t + 1].one_minus_alpha_bar : 1;
  }
}

inline void fill_forward(Coefficients<double>& c, double alpha) {
  c.log_beta = math::log(c.beta);
  c.sqrt_alpha = std::sqrt(alpha);
  c.log_one_minus_alpha_bar =
      c.alpha_bar < 0.5 ? math::log1p(-c.alpha_bar) : math::log(c.one_minus_alpha_bar);
  c.sqrt_alpha_bar = std::sqrt(c.alpha_bar);
  c.sqrt_alpha_bar_prev = std::sqrt(c.alpha_bar_prev);
  c.sqrt_alpha_bar_next = std::sqrt(c.alpha_bar_next);
  c.sqrt_one_minus_alpha_bar_next = std::sqrt(c.one_minus_alpha_bar_next);
  c.sqrt_one_minus_alpha_bar = std::sqrt(c.one_minus_alpha_bar);
  c.recip_sqrt_one_minus_alpha_bar = 1 / c.sqrt_one_minus_alpha_bar;
  c.sqrt_recip_alpha_bar = 1 / c.sqrt_alpha_bar;
  c.sqrt_recipm1_alpha_bar = std::sqrt(c.one_minus_alpha_bar / c.alpha_bar);
}

inline void fill_posterior(Coefficients<double>& c) {
  c.posterior_mean_coef1 = c.beta * c.sqrt_alpha_bar_prev / c.one_minus_alpha_bar;
  c.posterior_mean_coef2 = c.one_minus_alpha_bar_prev * c.sqrt_alpha / c.one_minus_alpha_bar;
  c.recip_posterior_mean_coef1 = 1 / c.posterior_mean_coef1;
  c.posterior_mean_coef2_over_1 = c.posterior_mean_coef2 / c.posterior_mean_coef1;
  c.posterior_variance = c.beta * c.one_minus_alpha_bar_prev / c.one_minus_alpha_bar;
}

// log(beta / posterior variance), where that ratio is 1 + Ap beta / (1 - Ap).
inline double log_variance_range(const Coefficients<double>& c) {
  return math::log1p(c.alpha_bar_prev * c.beta / c.one_minus_alpha_bar_prev);
}

// The posterior variance is 0 at t = 0, so the reference lends that row its neighbour's: `lender`
// is whose variance c has, c itself elsewhere, nobody where there is no neighbour. Logarithms are
// sums of terms of one sign: the logarithm of a variance near 1 would have only its rounding.
inline void fill_variance(Coefficients<double>& c, const Coefficients<double>* lender) {
  const Coefficients<double>& own = lender != nullptr ? *lender : c;
  const double small = lender != nullptr ? own.posterior_variance : c.beta;
  const double range = lender != nullptr ? log_variance_range(own) : 0;
  c.posterior_log_variance_clipped = own.log_beta - range;
  c.posterior_deviation_clipped = std::sqrt(small);
  c.recip_posterior_deviation_clipped = 1 / c.posterior_deviation_clipped;
  c.log_variance_range = &own == &c ? range : math::log1p(c.beta * (1 - own.beta) / own.beta);
  c.large_variance = c.is_noisy == 0 ? small : c.beta;
  c.large_log_variance = c.is_noisy == 0 ? c.posterior_log_variance_clipped : c.log_beta;
  c.large_deviation = std::sqrt(c.large_variance);
}

inline void fill_variances(std::vector<Coefficients<double>>& rows) {
  for (std::size_t t = 1; t < rows.size(); ++t) fill_variance(rows[t], &rows[t]);
  fill_variance(rows[0], rows.size() > 1 ? &rows[1] : nullptr);
}

inline void check_finite(const std::vector<Coefficients<double>>& rows) {
  for (std::size_t t = 0; t < rows.size(); ++t) {
    Coefficients<double> finite = rows[t];
    const std::string name = "every coefficient of timestep " + std::to_string(t);
    // Where beta is 1 the true values are infinite.
    if (finite.beta == 1) finite.sqrt_recip_alpha_bar = finite.sqrt_recipm1_alpha_bar = 0;
    for (const double value : columns_of(finite))
      require(std::isfinite(value), "GaussianDiffusion", name, "be finite", value);
  }
}

}  // namespace detail

/// The table of a process, in double on the host: one row per timestep t = 0 .. T - 1.
/// `rescale_timesteps` gives networks t 1000 / T instead of t, T that of the unrespaced process.
/// \throws std::invalid_argument unless every beta is in (0, 1), every coefficient finite, and what
///         else the schedule has as long as its betas. Only the last beta may be 1, if the schedule
///         declares `has_zero_terminal_snr`.
/// \see Ho et al. 2020, eqs. (4), (7); improved_diffusion/gaussian_diffusion.py, __init__.
template <Schedule S>
[[nodiscard]] std::vector<Coefficients<double>> make_coefficients(const S& schedule,
                                                                  bool rescale_timesteps = false) {
  const std::vector<double> betas = schedule.betas();
  detail::check_betas(betas, has_zero_terminal_snr<S>());
  std::vector<double> alphas;
  if constexpr (requires { schedule.alphas(); }) {
    alphas = schedule.alphas();
    detail::check_length("alphas", alphas.size(), betas.size());
  }
  std::vector<int> map;
  int original = static_cast<int>(betas.size());
  if constexpr (requires { schedule.timestep_map(); }) {
    map = schedule.timestep_map();
    detail::check_length("timestep_map", map.size(), betas.size());
  }
  if constexpr (requires { schedule.original_num_timesteps(); })
    original = schedule.original_num_timesteps();
  std::vector<Coefficients<double>> rows(betas.size());
  for (std::size_t t = 0; t < rows.size(); ++t) {
    const double given = map.empty() ? static_cast<double>(t) : map[t];
    rows[t].timestep = rescale_timesteps ? given * (1000.0 / original) : given;
    rows[t].is_noisy = t > 0 ? 1 : 0;
    rows[t].beta = betas[t];
  }
  detail::fill_alpha_bars(rows, alphas);
  for (std::size_t t = 0; t < rows.size(); ++t) {
    const bool is_told = !alphas.empty() && betas[t] > 0.5;
    detail::fill_forward(rows[t], is_told ? alphas[t] : 1 - betas[t]);
    detail::fill_posterior(rows[t]);
  }
  detail::fill_variances(rows);
  detail::check_finite(rows);
  return rows;
}

}  // namespace iddpm
