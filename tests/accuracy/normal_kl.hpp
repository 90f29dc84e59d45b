// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/errors.hpp"
#include "accuracy/inputs.hpp"
#include "accuracy/sum.hpp"
#include <iddpm/gaussian/normal_kl.hpp>

namespace accuracy {

/// (expm1(d) - d + e^2 / p) / 2 with d = ln(q / p), for variances q and p and e the difference of
/// the means; with its derivatives by the mean and the log variance of p.
struct ExactKl {
  ExactKl(const Mp& mean_error, const Mp& d, const Mp& variance)
      : value(Mp(0.5) * (Sum(expm1(d)) - Sum(d) + Sum(square(mean_error) / variance))),
        d_mean(-(mean_error / variance)),
        d_log_variance(Mp(-0.5) * (Sum(expm1(d)) + Sum(square(mean_error) / variance))) {}
  Sum value, d_mean, d_log_variance;
};

/// normal_kl, where one deviation is up to about ten times the other and the means are up to a few
/// deviations apart.
template <class R>
void measure_normal_kl(Errors& errors) {
  const std::size_t count = 10000;
  const auto log_q = uniforms<R>(-20, 2, 21, count), log_ratio = normals<R>(0, 22, count),
             z = normals<R>(0, 23, count);
  for (std::size_t i = 0; i < count; ++i) {
    const R log_p = log_q[i] + log_ratio[i];
    const R error = z[i] * std::exp(R(0.5) * log_p);
    const auto found = iddpm::normal_kl(error, log_q[i], log_p);
    const Mp exact_log_p = exactly(log_p);
    const ExactKl exact(exactly(error), exactly(log_q[i]) - exact_log_p, exp(exact_log_p));
    errors["normal_kl, value"].add<R>(ulps(found.value, exact.value), {});
    errors["normal_kl, d_mean"].add<R>(ulps(found.d_mean, exact.d_mean), {});
    errors["normal_kl, d_log_variance"].add<R>(ulps(found.d_log_variance, exact.d_log_variance),
                                               {});
  }
}

}  // namespace accuracy
