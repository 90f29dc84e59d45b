// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/errors.hpp"

#include <vector>

namespace accuracy {

/// What is measured, and what the test holds it to, in ulps: a little above what was measured.
inline std::vector<Section> sections() {
  return {
      {"The table of coefficients",
       R"(Every column at every timestep, in ulps of the number itself. In float each is the double
rounded once, hence 0.5. In double the betas carry a few roundings, and
alpha_bar, which is a product of up to 4000 of their complements, what these add up to.
)",
       {
           {{"timestep", 0, 0}},
           {{"is_noisy", 0, 0}},
           {{"beta", 6, 0.501}},
           {{"log_beta", 6.6, 0.501}},
           {{"sqrt_alpha", 4.7, 0.501}},
           {{"alpha_bar", 27, 0.501}},
           {{"alpha_bar_prev", 27, 0.501}},
           {{"alpha_bar_next", 27, 0.501}},
           {{"one_minus_alpha_bar", 4.2, 0.501}},
           {{"one_minus_alpha_bar_prev", 4.2, 0.501}},
           {{"one_minus_alpha_bar_next", 4, 0.501}},
           {{"log_one_minus_alpha_bar", 25, 0.501}},
           {{"sqrt_alpha_bar", 14, 0.501}},
           {{"sqrt_alpha_bar_prev", 14, 0.501}},
           {{"sqrt_alpha_bar_next", 14, 0.501}},
           {{"sqrt_one_minus_alpha_bar_next", 2.5, 0.501}},
           {{"sqrt_one_minus_alpha_bar", 2.5, 0.501}},
           {{"recip_sqrt_one_minus_alpha_bar", 3.7, 0.501}},
           {{"sqrt_recip_alpha_bar", 15, 0.501}},
           {{"sqrt_recipm1_alpha_bar", 14, 0.501}},
           {{"posterior_mean_coef1", 13, 0.501}},
           {{"posterior_mean_coef2", 4.9, 0.501}},
           {{"recip_posterior_mean_coef1", 15, 0.501}},
           {{"posterior_mean_coef2_over_1", 15, 0.501}},
           {{"posterior_variance", 6.8, 0.501}},
           {{"posterior_log_variance_clipped", 7.5, 0.501}},
           {{"posterior_deviation_clipped", 3.8, 0.501}},
           {{"recip_posterior_deviation_clipped", 4.9, 0.501}},
           {{"log_variance_range", 27, 0.501}},
           {{"large_variance", 6, 0.501}},
           {{"large_log_variance", 6.6, 0.501}},
           {{"large_deviation", 3.2, 0.501}},
       }},
      {"Functions of one number, and the noise",
       R"(At 20000 numbers, evenly spread or of the noise, and at numbers near 0, in ulps of the
true value. What the headers state allows for the numbers between.
)",
       {
           {{"math::exp", 1.2, 1.2}},
           {{"math::expm1", 1.8, 1.7}},
           {{"math::log", 0.81, 0.9}},
           {{"math::log1p", 1.7, 1.9}},
           {{"math::sin", 1.6, 1.6}},
           {{"math::cos", 1.7, 1.7}},
           {{"math::logistic", 2.4, 2.4}},
           {{"math::softplus", 1.7, 1.7}},
           {{"math::erfcx", 2.7, 2.9}},
           {{"normals", 2.5, 2.7}},
       }},
      {"Steps",
       R"(In ulps of the largest term of the sum, multiplied out down to x_t, the network's output
and the noise; of the two numbers of ddim_coefficients, of the number itself. The
predicted x_0 is left as it is (denoised::Identity); Ancestral is with FixedSmall. The
errors are those of the four to ten roundings on the way and, in double, the table's.
)",
       {
           {{"q_sample", 6.5, 2.8}},
           {{"posterior_mean", 15, 2.8}},
           {{"predict_eps_from_xstart", 11, 4.6}},
           {{"ddim_coefficients, sigma", 2.1, 0.501}},
           {{"ddim_coefficients, direction", 5.9, 0.501}},
           {{"x_start of Epsilon", 25, 2.9}},
           {{"mean of Epsilon", 14, 5.9}},
           {{"Ancestral of Epsilon", 14, 6.1}},
           {{"Ddim, eta = 0, of Epsilon", 13, 5.6}},
           {{"Ddim, eta = 0.5, of Epsilon", 13, 5.8}},
           {{"Ddim, eta = 1, of Epsilon", 9.7, 5.4}},
           {{"DdimReverse of Epsilon", 6.2, 5.6}},
           {{"x_start of StartX", 0, 0}},
           {{"mean of StartX", 15, 2.9}},
           {{"Ancestral of StartX", 11, 4.2}},
           {{"Ddim, eta = 0, of StartX", 12, 5.9}},
           {{"Ddim, eta = 0.5, of StartX", 9.8, 6.7}},
           {{"Ddim, eta = 1, of StartX", 11, 6.3}},
           {{"DdimReverse of StartX", 14, 6.6}},
           {{"x_start of Velocity", 7.2, 2.9}},
           {{"mean of Velocity", 17, 4.5}},
           {{"Ancestral of Velocity", 9.7, 5.6}},
           {{"Ddim, eta = 0, of Velocity", 14, 5.5}},
           {{"Ddim, eta = 0.5, of Velocity", 8.3, 5.7}},
           {{"Ddim, eta = 1, of Velocity", 12, 6}},
           {{"DdimReverse of Velocity", 7.5, 6.6}},
           {{"x_start of PreviousX", 28, 3.5}},
           {{"mean of PreviousX", 0, 0}},
           {{"Ancestral of PreviousX", 3.8, 2.1}},
           {{"Ddim, eta = 0, of PreviousX", 9.5, 6.6}},
           {{"Ddim, eta = 0.5, of PreviousX", 9.7, 7}},
           {{"Ddim, eta = 1, of PreviousX", 11, 7.3}},
           {{"DdimReverse of PreviousX", 14, 11}},
       }},
      {"Variances and the bound",
       R"(In ulps of the largest term of the sum. The v of LearnedRange is standard normal.
normal_kl is given its log variances: one deviation is up to about ten times the other.
bound_term takes them from the table (t > 0; the network's mean is off by a tenth of the
posterior's deviation times a normal): its terms are (e^d - 1) / 2, d / 2 and the squares,
where d is the difference of the two log variances, which each variance type knows
without subtracting (log_variance_ratio).
)",
       {
           {{"LearnedRange, log_variance", 13, 1.7}},
           {{"LearnedRange, variance", 12, 8.7}},
           {{"LearnedRange, deviation", 5.8, 6.7}},
           {{"prior_kl", 18, 2.3}},
           {{"normal_kl, value", 4, 3.2}},
           {{"normal_kl, d_mean", 1.8, 1.9}},
           {{"normal_kl, d_log_variance", 3.5, 3.3}},
           {{"bound_term, FixedSmall, value", 12, 5.3}},
           {{"bound_term, FixedSmall, d_mean", 10, 4}},
           {{"bound_term, FixedSmall, d_log_variance", 12, 5.3}},
           {{"bound_term, FixedLarge, value", 12, 6.4}},
           {{"bound_term, FixedLarge, d_mean", 11, 5.5}},
           {{"bound_term, FixedLarge, d_log_variance", 20, 6.8}},
           {{"bound_term, LearnedRange, value", 12, 6.9}},
           {{"bound_term, LearnedRange, d_mean", 12, 8.7}},
           {{"bound_term, LearnedRange, d_log_variance", 27, 7.3}},
       }},
      {"Decoders",
       R"(256 levels in [-1, 1], all of them twelve times; means in [-1.2, 1.2], half of them near
their level; log scales from -9 to 2. With m the distance of the level from the mean and h
the bin's half-width, both in units of the scale, the error is in ulps of the largest of:
the number itself, and what it changes by, per part, with m or with h (so 1 is also what
an ulp of m or of h makes). Numbers below 1e-24 in float and 1e-276 in double count as
that. Of Continuous: in ulps of the largest term of its sum.
)",
       {
           {{"decoder::Tanh, value", 3, 3.7}},
           {{"decoder::Tanh, d_mean", 9.1, 9}},
           {{"decoder::Tanh, d_log_scale", 7.7, 5.4}},
           {{"decoder::Erf, value", 4.1, 3.8}},
           {{"decoder::Erf, d_mean", 7.3, 5.9}},
           {{"decoder::Erf, d_log_scale", 5.2, 4}},
           {{"decoder::Continuous, value", 4.6, 5.3}},
           {{"decoder::Continuous, d_mean", 3.6, 3.4}},
           {{"decoder::Continuous, d_log_scale", 5, 5}},
       }},
  };
}

}  // namespace accuracy
