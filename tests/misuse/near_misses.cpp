// SPDX-License-Identifier: MIT
// Compiles: each type lacks one thing of a role, and is none of its models.
#include <iddpm/iddpm.hpp>

#include <memory>

namespace {

using namespace iddpm;
using Exec = Kokkos::DefaultHostExecutionSpace;
using Rows = Tensor<float, 2, Exec>;
using T = Tensor<int, 1, Exec>;
using Numbers = Tensor<float, 1, Exec>;
using Fixed =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;

// core
static_assert(!Real<int> && !Real<long double> && !Real<float16> && !Real<const float>);
static_assert(!ExecutionSpace<Kokkos::HostSpace> && !ExecutionSpace<int>);
static_assert(!View<float*> && !View<std::unique_ptr<float>>);
static_assert(!ViewOn<float*, Exec>);
static_assert(!PlainView<Kokkos::View<float*, Exec, Kokkos::MemoryTraits<Kokkos::Atomic>>>);

// random
static_assert(!Noise<NoiseStream> && !Noise<int> && !Noise<Draw*>);

// schedule
struct NoBetas {};
struct OneBeta {
  [[nodiscard]] double betas() const { return 0.1; }
};
struct ChangingBetas {
  std::vector<double> betas() { return {}; }
};
struct OnlyOnce : schedule::Cosine {
  OnlyOnce(const OnlyOnce&) = delete;
};
static_assert(!Schedule<NoBetas> && !Schedule<OneBeta> && !Schedule<ChangingBetas>);
static_assert(!Schedule<OnlyOnce> && Schedule<schedule::Cosine>);

// gaussian
struct NoDouble {
  LogLikelihood<float> operator()(float, float, float) const;
};
struct OnlyValue {
  double operator()(double, double, double) const;
};
static_assert(!Decoder<NoDouble> && !Decoder<OnlyValue> && Decoder<decoder::Tanh>);

// parametrization: a name of the model is hidden by another
struct NoTarget : mean::Epsilon {
  static void target();
};
struct NoXStart : mean::Epsilon {
  static void x_start();
};
struct NoMean : mean::Epsilon {
  static void mean();
};
struct NoMeanError : mean::Epsilon {
  static void mean_error();
};
struct NoMeanSlope : mean::Epsilon {
  static void mean_slope();
};
struct NoXStartSlope : mean::Epsilon {
  static void x_start_slope();
};
struct NoNeedsNoise : mean::Epsilon {
  static void needs_noise();
};
struct FloatTarget : mean::Epsilon {
  static float target(const Coefficients<double>&, double, double, double);
};
static_assert(MeanType<mean::Epsilon> && !MeanType<NoTarget> && !MeanType<NoXStart>);
static_assert(!MeanType<NoMean> && !MeanType<NoMeanError> && !MeanType<NoMeanSlope>);
static_assert(!MeanType<NoXStartSlope> && !MeanType<FloatTarget>);
static_assert(!MeanType<variance::FixedSmall>);

struct NoVariance : variance::Learned {
  static void variance();
};
struct NoLogVariance : variance::Learned {
  static void log_variance();
};
struct NoDeviation : variance::Learned {
  static void deviation();
};
struct NoRatio : variance::Learned {
  static void log_variance_ratio();
};
struct NoSlope : variance::Learned {
  static void log_variance_slope();
};
static_assert(VarianceType<variance::Learned> && !VarianceType<NoVariance>);
static_assert(!VarianceType<NoLogVariance> && !VarianceType<NoDeviation>);
static_assert(!VarianceType<NoRatio> && !VarianceType<NoSlope> && !VarianceType<mean::Epsilon>);

struct FloatOnly {
  float operator()(float) const;
  void operator()(double) const;
};
static_assert(Denoised<denoised::Clip> && !Denoised<FloatOnly> && !Denoised<int>);
static_assert(PerSampleDenoised<denoised::DynamicThreshold>);
static_assert(!ElementDenoised<denoised::DynamicThreshold>);
static_assert(!BoundDenoised<denoised::DynamicThreshold>);

// loss
struct NoUsesMse {
  [[nodiscard]] double bound_scale(int) const { return 1; }
};
struct NoBoundScale {
  static constexpr bool uses_mse = true;
};
struct WholeBoundScale {
  static constexpr bool uses_mse = true;
  [[nodiscard]] int bound_scale(int) const { return 1; }
};
static_assert(Loss<loss::Mse> && !Loss<NoUsesMse> && !Loss<NoBoundScale>);
static_assert(!Loss<WholeBoundScale>);

// timestep
struct FourArguments {
  void operator()(const Exec&, int, const Draw&, const T&) const;
};
struct ChangingDraw {
  void operator()(const Exec&, int, const Draw&, const T&, const Numbers&);
};
struct Deaf {
  void operator()(const Exec&, int, const Draw&, const T&, const Numbers&) const;
};
struct Learning : Deaf {
  void update(const Exec&, const T&, const Numbers&);
};
static_assert(TimestepSampler<Deaf, Exec, T, Numbers>);
static_assert(!TimestepSampler<FourArguments, Exec, T, Numbers>);
static_assert(!TimestepSampler<ChangingDraw, Exec, T, Numbers>);
static_assert(!LossAwareTimestepSampler<Deaf, Exec, T, Numbers>);
static_assert(LossAwareTimestepSampler<Learning, Exec, T, Numbers>);

// process
static_assert(Process<Fixed> && !Process<schedule::Cosine> && !Process<Fixed*>);
static_assert(TransitionOf<int, Fixed> && TransitionOf<T, Fixed>);
static_assert(!TransitionOf<const char*, Fixed> && !TransitionOf<Draw, Fixed>);

// denoiser
struct ThreeArguments {
  void operator()(const Exec&, const Rows&, const Numbers&) const;
};
struct ByPointer {
  void operator()(const Exec&, const float*, const float*, float*) const;
};
struct Plain {
  void operator()(const Exec&, const Rows&, const Numbers&, const Rows&) const;
};
static_assert(Denoiser<Plain, Exec, Rows, Numbers, Rows>);
static_assert(!AnyDenoiser<ThreeArguments, Exec, Rows, Numbers, Rows>);
static_assert(!AnyDenoiser<ByPointer, Exec, Rows, Numbers, Rows>);
static_assert(!HostRowDenoiser<Plain, Exec, Rows, Numbers, Rows>);

struct Net {
  [[nodiscard]] const Numbers& parameters() const;
  void forward(const Exec&, const Rows&, const Numbers&, const Rows&);
  void backward(const Exec&, const Rows&, const Numbers&);
};
struct NoForward : Net {
  void forward();
};
struct NoBackward : Net {
  void backward();
};
struct NoParameters : Net {
  void parameters();
};
struct LabelsOfAnother : Net {
  [[nodiscard]] Net with_labels(const T&) const;
};
static_assert(TrainableDenoiser<Net, Exec, Rows> && !TrainableDenoiser<Plain, Exec, Rows>);
static_assert(!TrainableDenoiser<NoForward, Exec, Rows>);
static_assert(!TrainableDenoiser<NoBackward, Exec, Rows>);
static_assert(!TrainableDenoiser<NoParameters, Exec, Rows>);
static_assert(!LabelledDenoiser<Net, Exec> && !LabelledDenoiser<LabelsOfAnother, Exec>);

// sampler
struct NoShape {
  [[nodiscard]] std::vector<Stage> stages(const Path&, int) const;
};
struct NoStages {
  static constexpr SolverShape shape{};
};
struct ShapelessStages : NoStages {
  [[nodiscard]] int stages(const Path&, int) const;
};
struct SevenArguments {
  void operator()(const Exec&, const Fixed&, const Rows&, const TransitionRow&, const Rows&,
                  const Draw&, const Rows&) const;
};
static_assert(Solver<sampler::Lcm<>> && !Solver<NoShape> && !Solver<NoStages>);
static_assert(!Solver<ShapelessStages> && !Solver<sampler::Ancestral<>>);
static_assert(StepSampler<sampler::Ancestral<>, Fixed, Rows>);
static_assert(!StepSampler<SevenArguments, Fixed, Rows>);
static_assert(!StepSampler<sampler::Ancestral<>, schedule::Cosine, Rows>);
static_assert(!Sampler<NoShape, Fixed, Rows> && !Sampler<SevenArguments, Fixed, Rows>);

struct NoSampler {
  [[nodiscard]] Draw likelihood(std::uint64_t) const;
};
struct NoLikelihood {
  [[nodiscard]] Draw sampler(std::uint64_t) const;
};
static_assert(SamplerNoise<NoiseStream> && !SamplerNoise<NoSampler> && !SamplerNoise<Draw>);
static_assert(LikelihoodNoise<NoiseStream> && !LikelihoodNoise<NoLikelihood>);

struct ThreeSeen {
  void operator()(const Exec&, const SamplingStep&, const Rows&) const;
};
static_assert(RunObserver<NullObserver, Exec, Rows> && !RunObserver<ThreeSeen, Exec, Rows>);

}  // namespace
