// SPDX-License-Identifier: MIT
// The network, its training with every timestep sampler, losses around losses, decoders, and the
// wrappers of denoisers.
#include "device.hpp"
#include <iddpm/nn.hpp>

namespace device {

namespace {

using namespace iddpm;

template <class R, class Loss>
void lost(const Loss& loss) {
  const Arguments<Tensor<R, 4, Exec>> a;
  using P = Process<mean::Velocity, variance::LearnedRange, Loss>;
  training_losses(a.exec, P{schedule::Cosine{1000}, false, loss}, a.x, a.y, a.t, Draw{}, a.output,
                  1, TrainingLosses<Tensor<R, 1, Exec>>{a.numbers, {}, {}}, a.output);
}

template <class R>
void every_loss() {
  lost<R>(loss::MinSnr<>{});
  lost<R>(loss::P2<loss::RescaledMse>{});
  lost<R>(loss::Decoded<loss::Kl, decoder::Tanh>{});
  lost<R>(loss::Decoded<loss::Kl, decoder::TanhFloored>{});
  lost<R>(loss::Decoded<loss::RescaledKl, decoder::Erf>{});
  lost<R>(loss::Decoded<loss::RescaledMse, decoder::Continuous>{});
}

template <class R, class Sampler>
void trained(const Sampler& sampler) {
  const Exec exec;
  using P = Process<mean::Epsilon, variance::LearnedRange, loss::RescaledMse>;
  const P process{schedule::Cosine{1000}};
  using Net = Mlp<R, Exec>;
  MlpOptions options;
  options.labels = 10;
  Net net(exec, options, 1);
  TrainerSettings settings;
  settings.clip_norm = 1;
  settings.ema_rates = {0.99, 0.999};
  Trainer<P, Net, R, Sampler> trainer(exec, process, net, settings, {}, sampler);
  const Tensor<R, 4, Exec> images;
  const Tensor<int, 1, Exec> labels;
  trainer.step(exec, net, images, 1e-3);
  trainer.step(exec, net, images, labels, 1e-3);
  sample(exec, process, sampler::Ancestral{}, net.with(trainer.average()).with_labels(labels),
         NoiseStream{}, images);
}

template <class R>
void wrapped() {
  const Exec exec;
  const Process<mean::Epsilon> process{schedule::Cosine{1000}};
  const Tensor<R, 4, Exec> x;
  const auto run = [&](const auto& denoiser) {
    sample(exec, process, sampler::Ddim{}, denoiser, NoiseStream{}, x);
  };
  const guidance::ClassifierFreeOptions options{.scale = 3, .rescale = 0.5};
  run(guidance::ClassifierFree{Denoiser{}, Denoiser{}, options});
  run(guidance::ClassifierFreeDoubled(Denoiser{}, options));
  run(guidance::classifier<mean::Epsilon>(Denoiser{}, Denoiser{}, 2));
  run(Concatenated{Denoiser{}, x});
}

}  // namespace

void training() {
  every_loss<float>();
  every_loss<double>();
  trained<float>(timestep::Uniform{});
  trained<double>(timestep::LossSecondMoment<Exec>(Exec{}, 1000));
  wrapped<float>();
  wrapped<float16>();
}

template <class S>
void scheduled(const S& schedule) {
  const GaussianDiffusion<S, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec> process{
      schedule};
  const Arguments<Tensor<float, 4, Exec>> a;
  const auto fast = process.respaced("50");
  sample(a.exec, fast, sampler::Ancestral{}, Denoiser{}, NoiseStream{}, a.x);
}

// A schedule compiles no kernel; a process of it is made and sampled all the same.
void schedules() {
  const schedule::Linear linear{1000};
  scheduled(linear);
  scheduled(schedule::ScaledLinear{1000});
  scheduled(schedule::Sigmoid{1000});
  scheduled(schedule::Custom(linear.betas()));
  scheduled(schedule::ZeroTerminalSnr{linear});
}

}  // namespace device
