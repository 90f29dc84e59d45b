// SPDX-License-Identifier: MIT
// Samples 16 images and writes them as one picture, samples.png.
#include <iddpm/iddpm.hpp>
#include <iddpm/io.hpp>

using Exec = Kokkos::DefaultExecutionSpace;
using Process =
    iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::Epsilon,
                             iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

// Any callable is a denoiser. This one is exact for images whose pixels are all N(0, 1).
struct Denoiser {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x_t, const T& /*timesteps*/, const Output& eps) const {
    Kokkos::deep_copy(exec, eps, x_t);
  }
};

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  Process diffusion{iddpm::schedule::Cosine{1000}};
  auto fast = diffusion.respaced("50");  // a process too: 50 of the 1000 steps

  iddpm::NoiseStream noise{.seed = 42};
  iddpm::Tensor<float, 4, Exec> x("images", 16, 3, 64, 64);  // (B, C, H, W)
  iddpm::fill_normal(exec, noise.initial(), x);
  iddpm::sample(exec, fast, iddpm::sampler::Ancestral{}, Denoiser{}, noise, x);  // x_0, in place
  iddpm::io::write_png_grid(exec, x, "samples.png");
}
