// SPDX-License-Identifier: MIT
// The bits of noise and of sampling are constants: for every compiler, option, number of threads,
// batch and layout. Exits with 1 where one differs, with 77 where the build gives that up.
#include "denoiser.hpp"
#include "fnv.hpp"
#include "weights.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/math/float16.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/times.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler.hpp>
#include <iddpm/schedule.hpp>

#include <array>
#include <bit>
#include <cinttypes>
#include <cstdio>
#include <exception>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using Learned =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;
using StartX =
    GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
using Velocity =
    GaussianDiffusion<schedule::Cosine, mean::Velocity, variance::FixedSmall, loss::Mse, Exec>;

template <class R>
using Right = Kokkos::View<R****, Kokkos::LayoutRight, Exec>;
template <class R>
using Left = Kokkos::View<R****, Kokkos::LayoutLeft, Exec>;

int differences = 0;

void expect(const char* what, std::uint64_t known, std::uint64_t seen) {
  const bool same = known == seen;
  std::printf("%-4s %-52s 0x%016" PRIx64, same ? "ok" : "BAD", what, seen);
  if (!same) std::printf(", must be 0x%016" PRIx64, known);
  std::printf("\n");
  differences += same ? 0 : 1;
}

// The state before and the noise of one batch, (samples, 3, 32, 32), as a part of a larger one.
struct Part {
  std::uint64_t first;
  std::size_t samples;
};

template <class T>
std::uint64_t normals_of(std::size_t samples, std::size_t size) {
  const Exec exec;
  const Right<T> x("x", samples, 1, 1, size);
  fill_normal(exec, NoiseStream{.seed = 42}.initial(), x);
  test::Fnv hash;
  hash.add_view(exec, x);
  return hash.value();
}

template <class V, class P, class S>
std::uint64_t run_of(const P& process, const S& sampler, std::initializer_list<Part> parts,
                     const RunOptions& options = {}) {
  const Exec exec;
  test::Fnv hash;
  for (const Part part : parts) {
    const NoiseStream noise{.seed = 42, .first_sample = part.first};
    const V x("x", part.samples, 3, 32, 32);
    fill_normal(exec, noise.initial(), x);
    sample(exec, process, sampler, test::ExactDenoiser{}, noise, x, NullObserver{}, options);
    hash.add_view(exec, x);
  }
  return hash.value();
}

// q_sample with another timestep in every sample.
template <class V, class P>
std::uint64_t q_sample_of(const P& process) {
  const Exec exec;
  const NoiseStream noise{.seed = 42};
  const V x("x", 5, 3, 31, 31);  // the last block of four is cut
  const Tensor<int, 1, Exec> t("t", 5);
  const auto host_t = Kokkos::create_mirror_view(t);
  for (int b = 0; b < 5; ++b) host_t(b) = 249 * b;
  Kokkos::deep_copy(t, host_t);
  fill_normal(exec, noise.user(0), x);
  q_sample(exec, process, x, t, noise.training(7), x);
  test::Fnv hash;
  hash.add_view(exec, x);
  return hash.value();
}

template <class S>
std::uint64_t table_of(const S& schedule) {
  using Row = Coefficients<double>;
  test::Fnv hash;
  for (const Row& row : make_coefficients(schedule))
    for (const double number : std::bit_cast<std::array<double, sizeof(Row) / sizeof(double)>>(row))
      hash.add(number);
  return hash.value();
}

void check_tables() {
  const schedule::Cosine cosine{1000};
  expect("table of Linear", 0xe9f1c17abcab365a, table_of(schedule::Linear{1000}));
  expect("table of Cosine", 0x16247acf21896d98, table_of(cosine));
  expect("table of Cosine, respaced", 0x3b8651c5ac5ced01,
         table_of(schedule::Respaced{cosine, "50"}));
  expect("table of Cosine, ZeroTerminalSnr", 0xc8a1a559f3ca6c1a,
         table_of(schedule::ZeroTerminalSnr{cosine}));
  expect("table of ScaledLinear", 0xaac37e8b41ca5181, table_of(schedule::ScaledLinear{1000}));
  expect("table of Sigmoid", 0xd74ab9055510c20b, table_of(schedule::Sigmoid{1000}));
}

constexpr std::initializer_list<Part> whole{{0, 4}}, split{{0, 1}, {1, 3}};

void check_normals() {
  expect("10^7 float normals", 0x39f85a1a8ac88038, normals_of<float>(10, 1000000));
  expect("10^6 double normals", 0x3cadbdd6995a8328, normals_of<double>(10, 100000));
  expect("10^6 float16 normals", 0x14ea54612dc034f9, normals_of<float16>(10, 100000));
  expect("10^6 bfloat16 normals", 0x9989ab38346d0f23, normals_of<bfloat16>(10, 100000));
}

void check_ancestral() {
  const auto process = Learned{schedule::Cosine{1000}}.respaced("50");
  const sampler::Ancestral ancestral;
  constexpr std::uint64_t in_float = 0xd2175210560fd33a, in_double = 0x5eaa104558862d63;
  expect("Ancestral, 50 steps, float", in_float, run_of<Right<float>>(process, ancestral, whole));
  expect("the same in two parts", in_float, run_of<Right<float>>(process, ancestral, split));
  expect("the same in LayoutLeft", in_float, run_of<Left<float>>(process, ancestral, whole));
  expect("Ancestral, 50 steps, double", in_double,
         run_of<Right<double>>(process, ancestral, whole));
}

void check_ddim() {
  const StartX start_x{schedule::Cosine{1000}};
  const Velocity velocity{schedule::Cosine{1000}};
  const sampler::Ddim without_noise{0.0}, with_noise{0.5};
  expect("Ddim, eta 0, StartX, float", 0xec1f28a22cae4304,
         run_of<Right<float>>(start_x.respaced("50"), without_noise, whole));
  expect("Ddim, eta 0.5, StartX, float", 0x84cff7cee6e84c05,
         run_of<Right<float>>(start_x.respaced("50"), with_noise, whole));
  expect("Ddim, eta 0.5, StartX, DynamicThreshold, float", 0x538def33a856e14f,
         run_of<Right<float>>(start_x.respaced("50"),
                              sampler::Ddim{0.5, denoised::DynamicThreshold{0.9}}, whole));
  expect("Ddim, eta 0.5, Velocity, double", 0x697bd05c11f7e8ad,
         run_of<Right<double>>(velocity.respaced("50"), with_noise, split));
}

void check_weights() {
  const StartX process{schedule::Cosine{1000}};
  const Times times = log_snr_times(process, 30), up(times.rbegin(), times.rend());
  const NoiseLevels& levels = process.levels();
  const auto of = [&](const auto& solver) { return test::weights_of(solver, levels, times); };
  const auto rising = [&](const auto& solver) { return test::weights_of(solver, levels, up); };
  expect("rows of 30 log-SNR steps", 0xc1c76740093f777a, test::rows_of(levels, times));
  expect("rows of 30 Karras steps", 0xb0b5bff7279ea041,
         test::rows_of(levels, karras_times(process, 30)));
  expect("weights of DpmSolverPlusPlus", 0xdf8be2747d1fe4a9, of(sampler::DpmSolverPlusPlus{}));
  expect("weights of SdeDpmSolverPlusPlus", 0x6f6abd9a16edf1db,
         of(sampler::SdeDpmSolverPlusPlus{}));
  expect("weights of DpmSolver2", 0x489b622730dead1d, of(sampler::DpmSolver2{}));
  expect("weights of DpmSolver3", 0x145b6a29c3905419, of(sampler::DpmSolver3{}));
  expect("weights of UniPc", 0xe4ddda65c239a2b3, of(sampler::UniPc{}));
  expect("weights of Euler", 0x226eace0ff4fe174, of(sampler::Euler{Churn{.amount = 5}}));
  expect("weights of Heun", 0x0da7356d0d02fdfb, of(sampler::Heun{Churn{.amount = 5}}));
  expect("weights of EulerAncestral", 0xff04af1c769e3f64, of(sampler::EulerAncestral{0.7}));
  expect("weights of Plms", 0x5874e15863400f42, of(sampler::Plms{}));
  expect("weights of Lcm", 0xb3f7ce76ee0abe8c, of(sampler::Lcm{}));
  expect("weights of DdimInverse", 0x4c2567db773e665f, rising(sampler::DdimInverse{}));
  expect("weights of DdimInverseFixedPoint", 0x52103fe5df601a63,
         rising(sampler::DdimInverseFixedPoint{}));
}

void check_solvers() {
  const Learned epsilon{schedule::Cosine{1000}};
  const StartX start_x{schedule::Cosine{1000}};
  const Velocity velocity{schedule::Cosine{1000}};
  expect("DpmSolverPlusPlus, 20 log-SNR steps, Epsilon, float", 0xd013ab82b5c0a11a,
         run_of<Right<float>>(epsilon, sampler::DpmSolverPlusPlus{}, whole,
                              {.times = log_snr_times(epsilon, 20)}));
  const sampler::UniPc unipc{3};
  constexpr std::uint64_t in_float = 0x408920c290943a54;
  const auto fast = start_x.respaced("50");
  expect("UniPc, 50 steps, StartX, float", in_float, run_of<Right<float>>(fast, unipc, whole));
  expect("the same in two parts", in_float, run_of<Right<float>>(fast, unipc, split));
  expect("the same in LayoutLeft", in_float, run_of<Left<float>>(fast, unipc, whole));
  expect("SdeDpmSolverPlusPlus, 20 Karras steps, Velocity, double", 0x7dfc389d01c4e047,
         run_of<Right<double>>(velocity, sampler::SdeDpmSolverPlusPlus{}, whole,
                               {.times = karras_times(velocity, 20)}));
}

void check_q_sample() {
  const Learned process{schedule::Cosine{1000}};
  expect("q_sample, a timestep per sample, float", 0xc04fe5d898d0e22a,
         q_sample_of<Right<float>>(process));
  expect("the same in LayoutLeft", 0xc04fe5d898d0e22a, q_sample_of<Left<float>>(process));
  expect("q_sample, a timestep per sample, double", 0xf2c24fd833226f0f,
         q_sample_of<Right<double>>(process));
}

}  // namespace

int main(int argc, char** argv) {
#ifdef __FAST_MATH__
  const bool keeps_bits = false;
#else
  const bool keeps_bits = true;
#endif
  if (!keeps_bits) {
    std::printf("skipped: -ffast-math gives up the bits that are known here\n");
    return 77;
  }
  const Kokkos::ScopeGuard kokkos(argc, argv);
  try {
    check_tables();
    check_normals();
    check_ancestral();
    check_ddim();
    check_weights();
    check_solvers();
    check_q_sample();
  } catch (const std::exception& error) {  // CTest would not skip an abort
    std::printf("%s\n", error.what());
    return 1;
  }
  return differences == 0 ? 0 : 1;
}
