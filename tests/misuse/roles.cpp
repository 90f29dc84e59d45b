// SPDX-License-Identifier: MIT
// Does not compile: what is passed in a role is not one of its models (see instead.hpp).
#include "passed.hpp"

using namespace misuse;

namespace {

struct ByPointer {
  void operator()(const Exec&, const float*, const float*, float*) const {}
};
struct NoShape {
  [[nodiscard]] std::vector<Stage> stages(const Path&, int) const { return {}; }
};
struct Sees {
  void operator()(const Exec&, const SamplingStep&, const Rows&, const Rows&) const {}
};
struct SeesTwo {
  void operator()(const SamplingStep&, const Rows&) const {}
};
struct NoWeights {
  void operator()(const Exec&, int, const Draw&, const Numbers&) const {}
};
struct NoBackward {
  Row weights;
  [[nodiscard]] const Row& parameters() const { return weights; }
  void forward(const Exec&, const Rows&, const Row&, const Rows&) {}
};
struct NoTarget : mean::Epsilon {
  static void target();
};

}  // namespace

// refused: MeanType
using Unnamed = GaussianDiffusion<schedule::Cosine, INSTEAD(NoTarget, mean::Epsilon),
                                  variance::FixedSmall, loss::Mse, Exec>;

// refused: VarianceType
using Swapped = GaussianDiffusion<schedule::Cosine, mean::Epsilon,
                                  INSTEAD(mean::Epsilon, variance::FixedSmall), loss::Mse, Exec>;

// refused: a denoiser is callable as denoiser(exec, x_t, timesteps, model_output)
void pointers(const Fixed& process, const Rows& x) {
  sample(Exec{}, process, sampler::Ancestral{}, INSTEAD(ByPointer, Plain){}, NoiseStream{}, x);
}

// refused: a sampler has a shape and stages(path, k), or is callable for one transition
void no_shape(const Fixed& process, const Rows& x) {
  sample(Exec{}, process, INSTEAD(NoShape, sampler::Ddim<>){}, Plain{}, NoiseStream{}, x);
}

// refused: an observer is callable as observer(exec, step, x, x_start)
void two_arguments(const Fixed& process, const Rows& x) {
  sample(Exec{}, process, sampler::Ddim{}, Plain{}, NoiseStream{}, x, INSTEAD(SeesTwo, Sees){});
}

// refused: x is a View of float, double or 16-bit numbers that a run may write
void read_only(const Fixed& process, const Rows& x) {
  (void)progressive(Exec{}, process, sampler::Ddim{}, Plain{}, NoiseStream{},
                    INSTEAD(Rows::const_type, Rows)(x));
}

// refused: SamplerNoise
void one_draw(const Fixed& process, const Rows& x) {
  sample(Exec{}, process, sampler::Ancestral{}, Plain{}, INSTEAD(Draw, NoiseStream){}, x);
}

// refused: LikelihoodNoise
void scored_by_one_draw(const Fixed& process, const Rows& x) {
  (void)bits_per_dim(Exec{}, process, Plain{}, INSTEAD(Draw, NoiseStream){}, x);
}

// refused: a timestep sampler writes (B) timesteps and weights
void no_weights(const Fixed& process, const Net& net) {
  using Sampler = INSTEAD(NoWeights, timestep::Uniform);
  const Trainer<Fixed, Net, float, Sampler> trainer(Exec{}, process, net, {}, {});
}

// refused: TrainableDenoiser
void no_backward(const Fixed& process, const Rows& x) {
  INSTEAD(NoBackward, Net) net{Row("weights", 3)};
  Trainer<Fixed, INSTEAD(NoBackward, Net)> trainer(Exec{}, process, net, {}, {});
  trainer.step(Exec{}, net, x, 1e-3);
}

// refused: MinSnr weights a loss's mse, and this loss has none
loss::MinSnr<INSTEAD(loss::Kl, loss::Mse)> weighted;

// refused: a per-sample processing of x_0 must be bound first
void unbound(const denoised::DynamicThreshold& threshold, const denoised::Clip& clip) {
  (void)denoised_for(INSTEAD(threshold, clip), 0);
  (void)threshold, (void)clip;
}
