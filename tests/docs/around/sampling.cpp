// SPDX-License-Identifier: MIT
// What the README's parts of programs on sampling take for given.
#include <iddpm/iddpm.hpp>

#include <cstdio>

using Exec = Kokkos::DefaultExecutionSpace;
using Images = iddpm::Tensor<float, 4, Exec>;
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::StartX,
                                         iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

// It predicts 0, wherever it is.
struct Denoiser {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& x_0) const {
    Kokkos::deep_copy(exec, x_0, 0.0f);
  }
};

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  Process diffusion{iddpm::schedule::Cosine{1000}};
  [[maybe_unused]] auto fast = diffusion.respaced("50");
  Denoiser denoiser;
  iddpm::NoiseStream noise{.seed = 42};
  Images x("images", 2, 1, 16, 16);
  iddpm::fill_normal(exec, noise.initial(), x);
#include "block"
}
