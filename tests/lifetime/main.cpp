// SPDX-License-Identifier: MIT
// Before Kokkos is initialised and after it is finalized, whatever would allocate or launch says so
// in one sentence. A program of its own, for every other test runs inside one Kokkos session.
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/training/trainer.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace iddpm;
using Exec = Kokkos::DefaultExecutionSpace;
using Diffusion =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;
using Net = Mlp<float, Exec>;
using Train = Trainer<Diffusion, Net>;
using Images = Tensor<float, 2, Exec>;

constexpr NoiseStream noise{.seed = 1};

Diffusion process() { return Diffusion{schedule::Cosine{4}}; }

MlpOptions options() {
  MlpOptions of;
  of.data_size = of.output_size = 3;
  of.width = 8;
  return of;
}

/// What a program has, all of it with Views inside.
struct Objects {
  Exec exec;
  Diffusion diffusion = process();
  Net net{exec, options(), 1};
  Train trainer{exec, diffusion, net, {}, noise};
  Images x{"x", 2, 3};
};

// Reached from a static, so that what lives on for ever is no leak.
Objects*& immortal() {
  static Objects* objects = nullptr;
  return objects;
}

int failures = 0;

template <class Call>
void expect(const std::string& function, const char* got, const Call& call) {
  const std::string expected =
      function + ": Kokkos must be initialised and not yet finalized; got one that " + got;
  std::string sentence = "nothing was thrown";
  try {
    call();
  } catch (const std::invalid_argument& error) {
    sentence = error.what();
  }
  if (sentence == expected) return;
  std::printf("expected: %s\n     got: %s\n", expected.c_str(), sentence.c_str());
  ++failures;
}

void use(Objects& o) {
  fill_normal(o.exec, noise.initial(), o.x);
  q_sample(o.exec, o.diffusion, o.x, 1, noise.user(0), o.x);
  sample(o.exec, o.diffusion, sampler::Ancestral{}, o.net, noise, o.x);
  o.trainer.step(o.exec, o.net, o.x, 1e-3);
  o.exec.fence();
}

void expect_refusals(Objects& o, const char* got) {
  expect("GaussianDiffusion", got, [] { process(); });
  expect("GaussianDiffusion", got,
         [&] { [[maybe_unused]] const auto p = o.diffusion.respaced("2"); });
  expect("fill_normal", got, [&] { fill_normal(o.exec, noise.initial(), o.x); });
  expect("q_sample", got, [&] { q_sample(o.exec, o.diffusion, o.x, 1, noise.user(0), o.x); });
  expect("sample", got, [&] { sample(o.exec, o.diffusion, sampler::Ddim{}, o.net, noise, o.x); });
  expect("bits_per_dim", got, [&] {
    [[maybe_unused]] const auto score = bits_per_dim(o.exec, o.diffusion, o.net, noise, o.x);
  });
  expect("Mlp", got, [&] { Net(o.exec, options(), 1); });
  expect("Mlp", got, [&] { o.net(o.exec, o.x, Tensor<float, 1, Exec>(), o.x); });
  expect("Trainer", got, [&] { Train(o.exec, o.diffusion, o.net, {}, noise); });
  expect("Trainer::step", got, [&] { o.trainer.step(o.exec, o.net, o.x, 1e-3); });
}

}  // namespace

/// `sentences`: everything is refused with its sentence, and what is used and gone in time is well.
/// `outlives`: a process is still there when the program ends.
int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "sentences";
  // An execution space instance cannot be had yet, so nothing else of ours can be called.
  expect("GaussianDiffusion", "is not initialised yet", [] { process(); });
  Kokkos::initialize(argc, argv);
  if (what == "outlives") {
    // Kokkos' abort, as an end that CTest takes for one.
    std::signal(SIGABRT, [](int) { std::_Exit(EXIT_FAILURE); });
    static std::optional<Diffusion> outlives;
    outlives = process();
  }
  {
    Objects objects;
    use(objects);
  }
  immortal() = new Objects;
  Kokkos::finalize();
  expect_refusals(*immortal(), "was finalized");
  std::printf("%d failures\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
