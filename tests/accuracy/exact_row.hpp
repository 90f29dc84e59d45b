// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/mp.hpp"
#include <iddpm/schedule/coefficients.hpp>

#include <array>
#include <cstddef>
#include <vector>

/// \file
/// The table of coefficients from their formulas, in 200 bits.

namespace accuracy {

/// iddpm::Coefficients, exact; the names are its.
struct ExactRow {
  Mp timestep, is_noisy, beta, log_beta, sqrt_alpha, alpha_bar, alpha_bar_prev, alpha_bar_next,
      one_minus_alpha_bar, one_minus_alpha_bar_prev, one_minus_alpha_bar_next,
      log_one_minus_alpha_bar, sqrt_alpha_bar, sqrt_alpha_bar_prev, sqrt_alpha_bar_next,
      sqrt_one_minus_alpha_bar_next, sqrt_one_minus_alpha_bar, recip_sqrt_one_minus_alpha_bar,
      sqrt_recip_alpha_bar, sqrt_recipm1_alpha_bar, posterior_mean_coef1, posterior_mean_coef2,
      recip_posterior_mean_coef1, posterior_mean_coef2_over_1, posterior_variance,
      posterior_log_variance_clipped, posterior_deviation_clipped,
      recip_posterior_deviation_clipped, log_variance_range, large_variance, large_log_variance,
      large_deviation;
};

struct Column {
  const char* name;
  double iddpm::Coefficients<double>::*ours;
  float iddpm::Coefficients<float>::*ours_in_float;
  Mp ExactRow::*exact;
};

#define IDDPM_COLUMN(name)                                                              \
  Column {                                                                              \
#name, &iddpm::Coefficients < double> ::name, &iddpm::Coefficients < float> ::name, \
        &ExactRow::name                                                                 \
  }
inline constexpr std::array columns{IDDPM_COLUMN(timestep),
                                    IDDPM_COLUMN(is_noisy),
                                    IDDPM_COLUMN(beta),
                                    IDDPM_COLUMN(log_beta),
                                    IDDPM_COLUMN(sqrt_alpha),
                                    IDDPM_COLUMN(alpha_bar),
                                    IDDPM_COLUMN(alpha_bar_prev),
                                    IDDPM_COLUMN(alpha_bar_next),
                                    IDDPM_COLUMN(one_minus_alpha_bar),
                                    IDDPM_COLUMN(one_minus_alpha_bar_prev),
                                    IDDPM_COLUMN(one_minus_alpha_bar_next),
                                    IDDPM_COLUMN(log_one_minus_alpha_bar),
                                    IDDPM_COLUMN(sqrt_alpha_bar),
                                    IDDPM_COLUMN(sqrt_alpha_bar_prev),
                                    IDDPM_COLUMN(sqrt_alpha_bar_next),
                                    IDDPM_COLUMN(sqrt_one_minus_alpha_bar_next),
                                    IDDPM_COLUMN(sqrt_one_minus_alpha_bar),
                                    IDDPM_COLUMN(recip_sqrt_one_minus_alpha_bar),
                                    IDDPM_COLUMN(sqrt_recip_alpha_bar),
                                    IDDPM_COLUMN(sqrt_recipm1_alpha_bar),
                                    IDDPM_COLUMN(posterior_mean_coef1),
                                    IDDPM_COLUMN(posterior_mean_coef2),
                                    IDDPM_COLUMN(recip_posterior_mean_coef1),
                                    IDDPM_COLUMN(posterior_mean_coef2_over_1),
                                    IDDPM_COLUMN(posterior_variance),
                                    IDDPM_COLUMN(posterior_log_variance_clipped),
                                    IDDPM_COLUMN(posterior_deviation_clipped),
                                    IDDPM_COLUMN(recip_posterior_deviation_clipped),
                                    IDDPM_COLUMN(log_variance_range),
                                    IDDPM_COLUMN(large_variance),
                                    IDDPM_COLUMN(large_log_variance),
                                    IDDPM_COLUMN(large_deviation)};
#undef IDDPM_COLUMN
static_assert(sizeof(iddpm::Coefficients<double>) == columns.size() * sizeof(double),
              "every column of the table is measured");

inline void fill_forward(ExactRow& c) {
  c.log_beta = log(c.beta);
  c.sqrt_alpha = sqrt(Mp(1) - c.beta);
  c.one_minus_alpha_bar = Mp(1) - c.alpha_bar;
  c.one_minus_alpha_bar_prev = Mp(1) - c.alpha_bar_prev;
  c.one_minus_alpha_bar_next = Mp(1) - c.alpha_bar_next;
  c.log_one_minus_alpha_bar = log(c.one_minus_alpha_bar);
  c.sqrt_alpha_bar = sqrt(c.alpha_bar);
  c.sqrt_alpha_bar_prev = sqrt(c.alpha_bar_prev);
  c.sqrt_alpha_bar_next = sqrt(c.alpha_bar_next);
  c.sqrt_one_minus_alpha_bar = sqrt(c.one_minus_alpha_bar);
  c.sqrt_one_minus_alpha_bar_next = sqrt(c.one_minus_alpha_bar_next);
  c.recip_sqrt_one_minus_alpha_bar = Mp(1) / c.sqrt_one_minus_alpha_bar;
  c.sqrt_recip_alpha_bar = Mp(1) / c.sqrt_alpha_bar;
  c.sqrt_recipm1_alpha_bar = sqrt(Mp(1) / c.alpha_bar - Mp(1));
}

inline void fill_posterior(ExactRow& c) {
  c.posterior_mean_coef1 = c.beta * sqrt(c.alpha_bar_prev) / c.one_minus_alpha_bar;
  c.posterior_mean_coef2 =
      c.one_minus_alpha_bar_prev * sqrt(Mp(1) - c.beta) / c.one_minus_alpha_bar;
  c.recip_posterior_mean_coef1 = Mp(1) / c.posterior_mean_coef1;
  c.posterior_mean_coef2_over_1 = c.posterior_mean_coef2 / c.posterior_mean_coef1;
  c.posterior_variance = c.beta * c.one_minus_alpha_bar_prev / c.one_minus_alpha_bar;
}

inline void fill_variances(ExactRow& c, const Mp& small, const Mp& large) {
  c.posterior_log_variance_clipped = log(small);
  c.posterior_deviation_clipped = sqrt(small);
  c.recip_posterior_deviation_clipped = Mp(1) / c.posterior_deviation_clipped;
  c.log_variance_range = log(c.beta / small);
  c.large_variance = large;
  c.large_log_variance = log(large);
  c.large_deviation = sqrt(large);
}

inline std::vector<ExactRow> exact_rows(const std::vector<Mp>& betas) {
  std::vector<ExactRow> rows(betas.size());
  Mp alpha_bar = 1;
  for (std::size_t t = 0; t < rows.size(); ++t) {
    ExactRow& c = rows[t];
    c.timestep = static_cast<double>(t);
    c.is_noisy = t > 0 ? 1 : 0;
    c.beta = betas[t];
    c.alpha_bar_prev = alpha_bar;
    alpha_bar = alpha_bar * (Mp(1) - betas[t]);
    c.alpha_bar = alpha_bar;
    c.alpha_bar_next = t + 1 < rows.size() ? alpha_bar * (Mp(1) - betas[t + 1]) : Mp(0);
    fill_forward(c);
    fill_posterior(c);
  }
  const Mp lent = rows.size() > 1 ? rows[1].posterior_variance : rows[0].beta;
  for (std::size_t t = 0; t < rows.size(); ++t)
    fill_variances(rows[t], t == 0 ? lent : rows[t].posterior_variance,
                   t == 0 ? lent : rows[t].beta);
  return rows;
}

}  // namespace accuracy
