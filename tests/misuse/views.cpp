// SPDX-License-Identifier: MIT
// Does not compile: each function is refused with the sentence that is above it (see instead.hpp).
#include "passed.hpp"
#include <iddpm/metrics/image_quality.hpp>

using namespace misuse;

// refused: a batch is a View of plain memory, without MemoryTraits<Atomic> and without an accessor
void atomic(const INSTEAD(AtomicRows, Rows) & x) { fill_normal(Exec{}, Draw{}, x); }

// refused: per-sample values are a View of plain memory, without MemoryTraits<Atomic>
void atomic_t(const Fixed& process, const Rows& x, const INSTEAD(AtomicNumbers, Numbers) & t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: every view lies in memory that exec can reach
void far(const Fixed& process, const Rows& x, const INSTEAD(FarRows, Rows) & out) {
  q_sample(Exec{}, process, x, 3, Draw{}, out);
}

// refused: per-sample values lie in memory that exec can reach
void far_t(const Fixed& process, const Rows& x, const INSTEAD(FarNumbers, Numbers) & t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: all batches of one call hold float or 16-bit numbers, or all hold double
void integers(const Fixed& process, const INSTEAD(IntRows, Rows) & x) {
  q_sample(Exec{}, process, x, 3, Draw{}, x);
}

// refused: an output is a View of elements that may be written, not of const ones
void read_only(const Fixed& process, const Rows& x, const INSTEAD(Rows::const_type, Rows) & out) {
  q_sample(Exec{}, process, x, 3, Draw{}, out);
}

// refused: a batch is a View of rank 1 to 8 whose first extent is the batch
void rank_0(const INSTEAD(Scalar, Row) & x) { fill_normal(Exec{}, Draw{}, x); }

// refused: all batches of one call have one rank
void ranks(const Fixed& process, const Rows& x, const INSTEAD(Cube, Rows) & out) {
  q_sample(Exec{}, process, x, 3, Draw{}, out);
}

// refused: a learned variance needs a batch of rank 2 or more: (B, C, ...)
void channels(const Learned& process, const INSTEAD(Row, Rows) & x) {
  p_sample(Exec{}, process, x, 3, x, Draw{}, x);
}

// refused: a learned variance needs a batch of rank 2 or more: (B, C, ...)
void channels_of_a_run(const Learned& process, const INSTEAD(Row, Rows) & x) {
  sample(Exec{}, process, sampler::DpmSolverPlusPlus{}, Plain{}, NoiseStream{}, x);
}

// refused: a learned variance needs a batch of rank 2 or more: (B, C, ...)
void channels_of_a_score(const Learned& process, const INSTEAD(Row, Rows) & x) {
  (void)bits_per_dim(Exec{}, process, Plain{}, NoiseStream{}, x);
}

// refused: a timestep is a whole number, not float or double
void half_a_step(const Fixed& process, const Rows& x, INSTEAD(double, int) t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: per-sample values are a View of rank 1
void matrix(const Fixed& process, const Rows& x, const INSTEAD(IntRows, Numbers) & t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: timesteps are a View of int, weights one of the type that the batch is computed in
void wide_t(const Fixed& process, const Rows& x, const INSTEAD(LongNumbers, Numbers) & t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: fill_normal: out must have elements of float, double or 16 bits, not const
void constant(const INSTEAD(Rows::const_type, Rows) & x) { fill_normal(Exec{}, Draw{}, x); }

// refused: fill_normal: out lies in memory that exec can reach
void far_normals(const INSTEAD(FarRows, Rows) & x) { fill_normal(Exec{}, Draw{}, x); }

// refused: slerp: every view lies in memory that exec can reach
void far_arc(const Rows& a, const INSTEAD(FarRows, Rows) & out) { slerp(Exec{}, a, a, 0.5, out); }

// refused: losses are Views of numbers that may be written, not of const ones
void read_only_losses(const Fixed& process, const Rows& x, const Rows& d_output) {
  using Losses = TrainingLosses<Tensor<INSTEAD(const float, float), 1, Exec>>;
  training_losses(Exec{}, process, x, x, 3, Draw{}, x, 1.0f, Losses{}, d_output);
}

// refused: bpd is a View of rank 1, one number per sample
void two_numbers(const Fixed& process, const Rows& x, const INSTEAD(Rows, Row) & bpd) {
  vb_terms_bpd(Exec{}, process, x, x, 3, x, bpd);
}

// refused: out is a (B) View of double that may be written
void scored_in_float(const Rows& x, const INSTEAD(Row, Doubles) & out) {
  metrics::psnr(Exec{}, x, x, out);
}

// refused: images hold float, double or 16-bit numbers
void scored_levels(const INSTEAD(IntRows, Rows) & x, const Doubles& out) {
  metrics::psnr(Exec{}, x, x, out);
}

// refused: images are Views (B, C, H, W) or (B, H, W)
void no_image(const INSTEAD(Rows, Cube) & x, const Doubles& out) {
  metrics::ssim(Exec{}, x, x, out);
}

// refused: weight is a View of rank 1 of float or double, one weight per sample
void whole_weights(const Numbers& t, const INSTEAD(Numbers, Row) & weight) {
  timestep::Uniform{}(Exec{}, 10, Draw{}, t, weight);
}
