// SPDX-License-Identifier: MIT
// Tensors of other libraries, without a copy: samples of N(0, C), C = (1 0.8; 0.8 2), are drawn
// into an Eigen matrix, by a denoiser that is a product of Eigen's.
// Prints:
//   covariance: 0.99 0.81 0.81 2.04
//   for Python: 2 axes, 20000 x 2, strides 1 and 20000, the same memory: yes
#include <iddpm/adapters/dlpack.hpp>
#include <iddpm/adapters/eigen.hpp>
#include <iddpm/iddpm.hpp>

#include <Eigen/LU>

#include <cstdio>

namespace adapters = iddpm::adapters;
using Exec = Kokkos::DefaultHostExecutionSpace;
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::StartX,
                                         iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

// The best denoiser of data N(0, C), a sample per row: x_0 = sqrt(A) x_t (A C + (1 - A) I)^-1 C.
struct Denoiser {
  Eigen::Matrix2d covariance;

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& x_0,
                  const iddpm::Coefficients<double>& row) const {
    const Eigen::Matrix2d noised =
        row.alpha_bar * covariance + row.one_minus_alpha_bar * Eigen::Matrix2d::Identity();
    const Eigen::Matrix2d gain = row.sqrt_alpha_bar * noised.inverse() * covariance;
    exec.fence();  // Eigen works at once, not in exec's order
    adapters::to_eigen(x_0) = adapters::to_eigen(x) * gain;
  }
};

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  const Exec exec;
  const Process diffusion{iddpm::schedule::Cosine{1000}};
  const iddpm::NoiseStream noise{.seed = 8};
  Eigen::Matrix2d covariance;
  covariance << 1.0, 0.8, 0.8, 2.0;

  Eigen::MatrixXd samples(20000, 2);  // Eigen's own order, column-major
  const auto x = adapters::view_of(samples);
  iddpm::fill_normal(exec, noise.initial(), x);
  iddpm::sample(exec, diffusion, iddpm::sampler::DpmSolverPlusPlus{2, iddpm::denoised::Identity{}},
                Denoiser{covariance}, noise, x, {},
                {.times = iddpm::log_snr_times(diffusion, 200)});
  exec.fence();
  const Eigen::Matrix2d found = samples.transpose() * samples / 20000;
  std::printf("covariance: %.2f %.2f %.2f %.2f\n", found(0, 0), found(0, 1), found(1, 0),
              found(1, 1));

  const auto managed = adapters::to_dlpack(x);  // release() it into a capsule "dltensor_versioned"
  const DLTensor& tensor = managed->dl_tensor;
  std::printf("for Python: %d axes, %d x %d, strides %d and %d, the same memory: %s\n", tensor.ndim,
              int(tensor.shape[0]), int(tensor.shape[1]), int(tensor.strides[0]),
              int(tensor.strides[1]), tensor.data == samples.data() ? "yes" : "no");
}
