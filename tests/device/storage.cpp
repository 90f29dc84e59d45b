// SPDX-License-Identifier: MIT
// Every type of number and every layout, through every operation and one sampler of each kind.
#include "device.hpp"

namespace device {

namespace {

using namespace iddpm;

using P = Process<mean::Epsilon, variance::LearnedRange, loss::RescaledMse>;

template <class V, class N>
void operations(const P& process, const Arguments<V>& a, const N& noise) {
  using Numbers = typename Arguments<V>::Numbers;
  q_sample(a.exec, process, a.x, a.t, noise, a.y);
  p_sample(a.exec, process, a.x, a.t, a.output, noise, a.x, a.y);
  ddim_sample(a.exec, process, a.x, 3, a.output, 0.5, noise, a.x, a.y);
  training_losses(a.exec, process, a.x, a.y, a.t, noise, a.output, 1,
                  TrainingLosses<Numbers>{a.numbers, {}, {}}, a.output);
}

template <class V>
void stored(const Arguments<V>& a) {
  using R = typename Arguments<V>::R;
  const P process{schedule::Cosine{1000}};
  fill_normal(a.exec, NoiseStream{}.initial(), a.x);
  slerp(a.exec, a.x, a.y, a.numbers, a.z);
  extract(a.exec, process, &Coefficients<R>::beta, a.t, a.x);
  network_timesteps(a.exec, process, a.t, a.numbers);
  q_mean_variance(a.exec, process, a.x, a.t, a.y, a.z, a.w);
  q_posterior_mean_variance(a.exec, process, a.x, a.y, a.t, a.y, a.z, a.w);
  p_mean_variance(a.exec, process, a.x, a.t, a.output, a.x, a.y, a.z, a.w);
  vb_terms_bpd(a.exec, process, a.x, a.y, a.t, a.output, a.numbers);
  prior_bpd(a.exec, process, a.x, a.numbers);
  metrics::psnr(a.exec, a.x, a.y, Tensor<double, 1, Exec>{});
  if constexpr (V::rank() > 2) metrics::ssim(a.exec, a.x, a.y, Tensor<double, 1, Exec>{});
  operations(process, a, Draw{});
  operations(process, a, a.z);
  sample(a.exec, process, sampler::Ancestral{}, Denoiser{}, NoiseStream{}, a.x);
  sample(a.exec, process, sampler::DpmSolverPlusPlus{}, Denoiser{}, NoiseStream{}, a.x);
}

template <class T, class Layout = Kokkos::LayoutRight>
using Images = Kokkos::View<T****, Layout, Exec>;

}  // namespace

void storage() {
  stored(Arguments<Images<float>>{});
  stored(Arguments<Images<double>>{});
  stored(Arguments<Images<float16>>{});
  stored(Arguments<Images<bfloat16>>{});
  stored(Arguments<Images<Kokkos::Experimental::half_t>>{});
  stored(Arguments<Images<Kokkos::Experimental::bhalf_t>>{});
  // A layout compiles no kernel: each type of number once is enough.
  stored(Arguments<Images<float, Kokkos::LayoutLeft>>{});
  stored(Arguments<Images<double, Kokkos::LayoutStride>>{});
  stored(Arguments<Images<float16, Kokkos::LayoutStride>>{});
  stored(Arguments<Tensor<float, 2, Exec>>{});
  fill_normal(Exec{}, Draw{}, Tensor<float, 1, Exec>{});
  fill_normal(Exec{}, Draw{}, Tensor<float, 8, Exec>{});
}

}  // namespace device
