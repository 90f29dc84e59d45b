// SPDX-License-Identifier: MIT
// Every launch is on the instance that the caller passed. Kokkos tells which instance a launch is
// on, but gives all instances of OpenMP one number. There the second instance has one thread, and
// whatever asks g++'s OpenMP runtime for more was launched on another.
#include "setup.hpp"
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/timestep/loss_second_moment.hpp>
#include <iddpm/training/trainer.hpp>

#include <doctest/doctest.h>

#if defined(KOKKOS_ENABLE_OPENMP) && defined(__GNUC__) && !defined(__clang__)
#define IDDPM_TEST_SEES_THREADS
#include <dlfcn.h>
#endif

using namespace iddpm;
using namespace test;

namespace {

unsigned most_threads = 0;

}  // namespace

#ifdef IDDPM_TEST_SEES_THREADS
// Stand before the runtime's own functions, by which g++ begins a parallel region.
namespace {

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

void GOMP_parallel(void (*body)(void*), void* data, unsigned threads, unsigned flags) {
  most_threads = std::max(most_threads, threads);
  next<decltype(GOMP_parallel)>("GOMP_parallel")(body, data, threads, flags);
}

void GOMP_parallel_loop_nonmonotonic_dynamic(void (*body)(void*), void* data, unsigned threads,
                                             long begin, long end, long step, long chunk,
                                             unsigned flags) {
  most_threads = std::max(most_threads, threads);
  next<decltype(GOMP_parallel_loop_nonmonotonic_dynamic)>(
      "GOMP_parallel_loop_nonmonotonic_dynamic")(body, data, threads, begin, end, step, chunk,
                                                 flags);
}

}  // extern "C"
#endif

namespace {

template <class Work>
void check(const Work& work) {
  const Exec exec = second_instance();
  KokkosEvents recorder;
  most_threads = 0;
  work(exec);
  for (const auto& event : recorder.take()) {
    CAPTURE(event.label);
    if (event.kind == EventKind::launch)
      CHECK(event.device == Kokkos::Tools::Experimental::device_id(exec));
  }
#ifdef IDDPM_TEST_SEES_THREADS
  if constexpr (std::is_same_v<Exec, Kokkos::OpenMP>) CHECK(most_threads == 1);
#endif
}

}  // namespace

TEST_CASE("the default instance can be told from the second one") {
  const Exec exec, second = second_instance();
#ifdef KOKKOS_ENABLE_THREADS
  if constexpr (std::is_same_v<Exec, Kokkos::Threads>) {
    MESSAGE("Kokkos' Threads has one instance: the tests here cannot see another");
    return;
  }
#endif
  CHECK(exec != second);
  const bool by_number = Kokkos::Tools::Experimental::device_id(exec) !=
                         Kokkos::Tools::Experimental::device_id(second);
  most_threads = 0;
  fill_normal(exec, noise.initial(), images());
  if (!by_number && most_threads < 2)
    MESSAGE("one thread, or not g++'s OpenMP: the tests here would not see another instance");
  if (!by_number && most_threads >= 2) {
    most_threads = 0;
    fill_normal(second, noise.initial(), images());
    CHECK(most_threads == 1);
  }
}

TEST_CASE("a sampling run is on the caller's instance") {
  const Learned process{schedule::Cosine{3}};
  const auto x = images();
  check([&](const Exec& exec) {
    fill_normal(exec, noise.initial(), x);
    sample(exec, process, sampler::Ancestral{denoised::DynamicThreshold{}}, OneLaunch{}, noise, x);
    sample(exec, process, sampler::Ddim{0.5}, OneLaunch{}, noise, x);
    sample(exec, process, sampler::DdimReverse{}, OneLaunch{}, noise, x);
  });
}

TEST_CASE("so is a score") {
  const Learned process{schedule::Cosine{3}};
  const auto x = images();
  check([&](const Exec& exec) {
    const auto score = bits_per_dim(exec, process, OneLaunch{}, noise, x);
    exec.fence();
  });
}

TEST_CASE("so are a network and its training") {
  using Net = Mlp<float, Exec>;
  using Timesteps = timestep::LossSecondMoment<Exec>;
  const Learned process{schedule::Cosine{3}};
  const auto x = images();
  MlpOptions options;
  options.data_size = channels * side * side;
  options.output_size = 2 * options.data_size;
  options.width = 16;
  check([&](const Exec& exec) {
    Net net(exec, options, 1);
    Trainer<Learned, Net, float, Timesteps> trainer(exec, process, net, {}, noise,
                                                    Timesteps(exec, 3));
    for (int step = 0; step < 2; ++step) trainer.step(exec, net, x, 1e-3);
    sample(exec, process, sampler::Ancestral{}, net.with(trainer.average()), noise, x);
  });
}
