// SPDX-License-Identifier: MIT
// A sampler of one's own: much noise at first, none near the picture. The data's deviation is 0.5.
// Prints:
//   50 steps of FadingNoise: deviation 0.455
//   500 steps of FadingNoise: deviation 0.496
#include <iddpm/iddpm.hpp>

#include <cmath>
#include <cstdio>

// A Solver is its weights: x_s = x_start D + eps E + noise z, where D is the predicted x_0 and
// x_t = alpha D + sigma E. Ddim's step has x_start = alpha_s, eps^2 + noise^2 = sigma_s^2.
struct FadingNoise {
  static constexpr iddpm::SolverShape shape{.is_stochastic = true};
  std::vector<iddpm::Stage> stages(const iddpm::Path& path, int k) const {
    const iddpm::NoiseLevel from = path[k], to = path[k + 1];
    const double fresh = from.sigma * from.sigma * (1 - std::exp(-2 * path.step(k)));
    iddpm::Stage stage{.t = from.t};
    stage.writes[0] = {.to = 0,
                       .x_start = to.alpha,
                       .eps = to.sigma * std::sqrt(1 - fresh),
                       .noise = to.sigma * std::sqrt(fresh)};
    return {stage};
  }
  iddpm::denoised::Identity denoised() const { return {}; }
};

using Exec = Kokkos::DefaultExecutionSpace;
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::StartX,
                                         iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

// The best denoiser of data N(0, 0.5^2). `row` has the numbers of the batch's noise level.
struct Denoiser {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& x_0,
                  const iddpm::Coefficients<double>& row) const {
    const double gain = row.sqrt_alpha_bar / (row.alpha_bar + 4 * row.one_minus_alpha_bar);
    Kokkos::parallel_for(
        "denoiser", Kokkos::RangePolicy<Exec>(exec, 0, x.size()),
        KOKKOS_LAMBDA(std::size_t i) { x_0.data()[i] = gain * x.data()[i]; });
  }
};

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  Process diffusion{iddpm::schedule::Cosine{1000}};
  iddpm::NoiseStream noise{.seed = 1};
  iddpm::Tensor<double, 2, Exec> x("x", 100, 1000);
  for (const int steps : {50, 500}) {
    iddpm::fill_normal(exec, noise.initial(), x);
    iddpm::sample(exec, diffusion, FadingNoise{}, Denoiser{}, noise, x, {},
                  {.times = iddpm::log_snr_times(diffusion, steps)});
    double sum = 0;
    Kokkos::parallel_reduce(
        "squares", Kokkos::RangePolicy<Exec>(exec, 0, x.size()),
        KOKKOS_LAMBDA(std::size_t i, double& part) { part += x.data()[i] * x.data()[i]; }, sum);
    std::printf("%d steps of FadingNoise: deviation %.3f\n", steps, std::sqrt(sum / 100000));
  }
}
