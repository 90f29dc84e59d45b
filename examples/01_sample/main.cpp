// SPDX-License-Identifier: MIT
// Samples 16 pictures of a disc and writes them as one picture, samples.png.
// Prints nothing.
#include <iddpm/iddpm.hpp>
#include <iddpm/io.hpp>

using Exec = Kokkos::DefaultExecutionSpace;
using Images = iddpm::Tensor<float, 4, Exec>;  // (B, C, H, W), values in [-1, 1]
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::StartX,
                                         iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

// Any callable is a denoiser: it queues its work on exec. With mean::StartX it predicts x_0. This
// one is exact for a data set of one picture, a disc: whatever it sees, its x_0 is the disc.
struct Denoiser {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T& /*timesteps*/, const Output& x_0) const {
    Kokkos::parallel_for(
        "disc", Kokkos::RangePolicy<Exec>(exec, 0, 64 * 64), KOKKOS_LAMBDA(int pixel) {
          const int h = pixel / 64, w = pixel % 64;
          const float disc = (h - 32) * (h - 32) + (w - 32) * (w - 32) < 400 ? 1.0f : -1.0f;
          for (int b = 0; b < 16; ++b) x_0(b, 0, h, w) = disc;
        });
  }
};

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  Process diffusion{iddpm::schedule::Cosine{1000}};
  auto fast = diffusion.respaced("50");  // a process too: 50 of the 1000 steps

  iddpm::NoiseStream noise{.seed = 42};
  Images x("images", 16, 1, 64, 64);
  iddpm::fill_normal(exec, noise.initial(), x);                                  // x_T
  iddpm::sample(exec, fast, iddpm::sampler::Ancestral{}, Denoiser{}, noise, x);  // x_0, in place
  iddpm::io::write_png_grid(exec, x, "samples.png");
}
