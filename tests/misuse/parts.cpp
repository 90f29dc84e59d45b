// SPDX-License-Identifier: MIT
// Does not compile: each function is refused with the sentence that is above it (see instead.hpp).
#include "passed.hpp"
#include <iddpm/checkpoint.hpp>
#include <iddpm/nn.hpp>

using namespace misuse;

namespace {

struct FourWrites {
  static constexpr SolverShape shape{.writes = INSTEAD(4, 3)};
  [[nodiscard]] std::vector<Stage> stages(const Path&, int) const { return {}; }
};
struct LongHistory {
  static constexpr SolverShape shape{.kept = 1, .reads = 1, .x_start_history = INSTEAD(2, 1)};
  [[nodiscard]] std::vector<Stage> stages(const Path&, int) const { return {}; }
};
struct Forgetful {
  void operator()(const Exec&, int, const Draw&, const Numbers&, const Row&) const {}
  void update(const Exec&, const Numbers&, const Row&) {}
};

}  // namespace

// refused: exec is an instance of the execution space that the process is declared with
void other_exec(const Fixed& process, const Rows& x) {
  q_sample(INSTEAD(OtherExec, Exec){}, process, x, 3, Draw{}, x);
}

// refused: timesteps is a View of rank 1, one number per sample
void rows_of_timesteps(const Fixed& process, const INSTEAD(Rows, Row) & out) {
  network_timesteps(Exec{}, process, 3, out);
}

// refused: bpd is a View of rank 1, one number per sample
void two_numbers(const Fixed& process, const Rows& x, const INSTEAD(Rows, Row) & bpd) {
  prior_bpd(Exec{}, process, x, bpd);
}

// refused: losses are Views of rank 1, one number per sample
void rows_of_losses(const Fixed& process, const Rows& x, const Rows& d_output) {
  training_losses(Exec{}, process, x, x, 3, Draw{}, x, 1.0f, TrainingLosses<INSTEAD(Rows, Row)>{},
                  d_output);
}

// refused: P2 weights a loss's mse, and this loss has none
loss::P2<INSTEAD(loss::Kl, loss::Mse)> weighted;

// refused: slerp: a, b and out are of one compute type
void mixed_arc(const Rows& a, const INSTEAD(DoubleRows, Rows) & b) { slerp(Exec{}, a, b, 0.5, a); }

// refused: slerp: out has elements that may be written, not const ones
void read_only_arc(const Rows& a, const INSTEAD(Rows::const_type, Rows) & out) {
  slerp(Exec{}, a, a, 0.5, out);
}

// refused: t is a View of int of rank 1, one timestep per sample
void wide_timesteps(const INSTEAD(LongNumbers, Numbers) & t) {
  timestep::Uniform{}(Exec{}, 10, Draw{}, t);
}

// refused: a timestep sampler writes t: its elements may not be const
void read_only_timesteps(const INSTEAD(Numbers::const_type, Numbers) & t) {
  timestep::Uniform{}(Exec{}, 10, Draw{}, t);
}

// refused: loss is a View of rank 1 of float or double, one loss per sample
void whole_losses(timestep::LossSecondMoment<Exec> sampler, const Numbers& t,
                  const INSTEAD(Numbers, Row) & loss) {
  sampler.update(Exec{}, t, loss);
}

// refused: a timestep sampler that learns is kept in checkpoints by visit_state and refresh
void forgetful(const Fixed& process, const Net& net) {
  using Sampler = INSTEAD(Forgetful, timestep::Uniform);
  const Trainer<Fixed, Net, float, Sampler> trainer(Exec{}, process, net, {}, {});
  save_checkpoint(Exec{}, trainer, net, "run");
}

// refused: Trainer::step: labels is a View of int of rank 1, one per sample
void wide_labels(Trainer<Fixed, Net>& trainer, Net& net, const Rows& x,
                 const INSTEAD(LongNumbers, Numbers) & labels) {
  trainer.step(Exec{}, net, x, labels, 1e-3);
}

// refused: Mlp::with_labels: labels is a (B) View of int, plain memory
void wide_classes(const Mlp<float, Exec>& net, const INSTEAD(LongNumbers, Numbers) & labels) {
  (void)net.with_labels(labels);
}

// refused: Mlp: timesteps is a View of rank 1, one per sample
void rows_for_a_network(const Mlp<float, Exec>& net, const Rows& x,
                        const INSTEAD(Rows, Row) & timesteps) {
  net(Exec{}, x, timesteps, x);
}

// refused: a processing of x_0 is bound for the type, float or double, that it meets
void bound_for_float(const denoised::DynamicThreshold& threshold) {
  const auto bound = bind_denoised<INSTEAD(float, double)>(Exec{}, threshold, 3);
  (void)bind_denoised<double>(Exec{}, bound, 3);
}

// refused: a processing of x_0 is bound for the execution space that it is used on
void bound_elsewhere(const denoised::DynamicThreshold& threshold) {
  const auto bound = bind_denoised<float>(Exec{}, threshold, 3);
  (void)bind_denoised<float>(INSTEAD(OtherExec, Exec){}, bound, 3);
}

// refused: a solver's stages read up to three buffers and write one to three sums
void four_writes(const Fixed& process, const Rows& x) {
  sample(Exec{}, process, FourWrites{}, Plain{}, NoiseStream{}, x);
}

// refused: a solver's history of x_0 is among its buffers and reads
void long_history(const Fixed& process, const Rows& x) {
  sample(Exec{}, process, LongHistory{}, Plain{}, NoiseStream{}, x);
}

// refused: every view lies in memory that exec can reach
void far_mask(const INSTEAD(FarRows, Rows) & mask, const Rows& x) {
  Inpainting(mask, x, NoiseStream{}).begin(Exec{}, x);
}

// refused: all batches of one call hold float or 16-bit numbers, or all hold double
void double_mask(const INSTEAD(DoubleRows, Rows) & mask, const Rows& x) {
  Inpainting(mask, x, NoiseStream{}).begin(Exec{}, x);
}

// refused: Concatenated: x_t is (B, C, ...), joined along axis 1
void nothing_to_join(const INSTEAD(Row, Rows) & x, const Row& t) {
  Concatenated<Plain, INSTEAD(Row, Rows)>(Plain{}, x)(Exec{}, x, t, x);
}

// refused: Concatenated: x_t and the condition have one rank
void condition_of_rank_3(const INSTEAD(Cube, Rows) & condition, const Rows& x, const Row& t) {
  Concatenated(Plain{}, condition)(Exec{}, x, t, x);
}

// refused: Concatenated: x_t and the condition are both computed in float or in double
void double_condition(const INSTEAD(DoubleRows, Rows) & condition, const Rows& x, const Row& t) {
  Concatenated(Plain{}, condition)(Exec{}, x, t, x);
}

// refused: Concatenated: the condition lies where exec works
void far_condition(const INSTEAD(FarRows, Rows) & condition, const Rows& x, const Row& t) {
  Concatenated(Plain{}, condition)(Exec{}, x, t, x);
}

// refused: timesteps is a View of rank 1, one per sample
void rows_for_guidance(const Rows& x, const INSTEAD(Rows, Row) & t) {
  const guidance::ClassifierFreeOptions options{.scale = 2};
  guidance::ClassifierFree(Plain{}, Plain{}, options)(Exec{}, x, t, x);
}
