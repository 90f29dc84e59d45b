// SPDX-License-Identifier: MIT
// Every mean type with every variance type and every loss, through all that they take part in.
#include "device.hpp"

namespace device {

namespace {

using namespace iddpm;

template <class Mean, class Variance, class Loss, class V>
void trained(const Arguments<V>& a) {
  using Numbers = typename Arguments<V>::Numbers;
  const Process<Mean, Variance, Loss> process{schedule::Cosine{1000}};
  training_losses(a.exec, process, a.x, a.y, a.t, Draw{}, a.output, 1,
                  TrainingLosses<Numbers>{a.numbers, a.numbers, a.numbers}, a.output);
}

template <class Mean, class Variance, class V>
void combined(const Arguments<V>& a) {
  const Process<Mean, Variance> process{schedule::Cosine{1000}};
  p_mean_variance(a.exec, process, a.x, a.t, a.output, a.x, a.y, a.z, a.w);
  p_sample(a.exec, process, a.x, a.t, a.output, Draw{}, a.x, a.y);
  ddim_sample(a.exec, process, a.x, a.t, a.output, 0.5, Draw{}, a.x, a.y);
  ddim_reverse_sample(a.exec, process, a.x, a.t, a.output, a.x, a.y);
  vb_terms_bpd(a.exec, process, a.x, a.y, a.t, a.output, a.numbers);
  trained<Mean, Variance, loss::Mse>(a);
  trained<Mean, Variance, loss::RescaledMse>(a);
  trained<Mean, Variance, loss::Kl>(a);
  trained<Mean, Variance, loss::RescaledKl>(a);
}

template <class Mean, class V>
void every_variance(const Arguments<V>& a) {
  combined<Mean, variance::FixedSmall>(a);
  combined<Mean, variance::FixedLarge>(a);
  combined<Mean, variance::Learned>(a);
  combined<Mean, variance::LearnedRange>(a);
}

}  // namespace

void parametrizations(const Arguments<Tensor<float, 4, Exec>>& a) {
  every_variance<mean::Epsilon>(a);
  every_variance<mean::StartX>(a);
  every_variance<mean::PreviousX>(a);
  every_variance<mean::Velocity>(a);
}

// In double each policy once: formulas do not know what they are combined with.
void parametrizations(const Arguments<Tensor<double, 4, Exec>>& a) {
  combined<mean::Epsilon, variance::LearnedRange>(a);
  combined<mean::StartX, variance::FixedSmall>(a);
  combined<mean::PreviousX, variance::Learned>(a);
  combined<mean::Velocity, variance::FixedLarge>(a);
}

}  // namespace device
