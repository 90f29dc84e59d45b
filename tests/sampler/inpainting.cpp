// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/process/times.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/inpainting.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/sampler/unipc.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;
template <class R>
using Images = Tensor<R, 4, Exec>;

const golden::ClosedFormNet net;
const NoiseStream noise{.seed = 9};

template <class R>
struct Case {
  Images<R> x{"x", 3, 1, 3, 5}, known{"known", 3, 1, 3, 5}, mask{"mask", 3, 1, 3, 5};

  Case() {
    fill_normal(Exec{}, noise.initial(), x);
    fill_normal(Exec{}, noise.user(0), known);
    const auto host = Kokkos::create_mirror_view(mask);
    for (std::size_t i = 0; i < host.size(); ++i)  // known, unknown, a quarter known
      host.data()[i] = static_cast<R>(i % 3 == 0 ? 1.0 : i % 3 == 1 ? 0.0 : 0.25);
    Kokkos::deep_copy(mask, host);
  }
};

template <class R>
void check_steps(double tolerance) {
  const P process{schedule::Cosine{20}};
  const Case<R> c;
  const Inpainting inpainting{c.mask, c.known, noise};
  auto run = progressive(Exec{}, process, sampler::Ancestral{}, net, noise, c.x);
  const auto mask = golden::values(c.mask), known = golden::values(c.known);
  while (run.advance()) {
    Exec{}.fence();
    const auto before = golden::values(c.x);
    inpainting(Exec{}, run.step(), run.x(), run.x_start());
    const Images<R> z("z", 3, 1, 3, 5);
    fill_normal(Exec{}, noise.known_region(static_cast<std::uint64_t>(run.step().index)), z);
    Exec{}.fence();
    const auto after = golden::values(c.x), normals = golden::values(z);
    const double a =
        run.step().t > 0
            ? process.coefficients()[static_cast<std::size_t>(run.step().t_next)].alpha_bar
            : 1;
    double worst = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
      const double now = std::sqrt(a) * known[i] + std::sqrt(1 - a) * normals[i];
      worst = std::max(worst, std::abs(mask[i] * now + (1 - mask[i]) * before[i] - after[i]));
    }
    CHECK(worst < tolerance);
  }
}

}  // namespace

TEST_CASE("after each step the known part is the known picture at the state's noise") {
  check_steps<float>(1e-5);
  check_steps<double>(1e-14);
}

TEST_CASE("the known part ends as the known picture itself, with any sampler, with jumps") {
  const P process{schedule::Cosine{60}};
  const auto ends = [&](const auto& sampler, const Times& times) {
    const Case<float> c;
    sample(Exec{}, process, sampler, net, noise, c.x, Inpainting{c.mask, c.known, noise},
           {.times = times});
    Exec{}.fence();
    const auto x = golden::values(c.x), known = golden::values(c.known);
    for (std::size_t i = 0; i < x.size(); i += 3) CHECK(x[i] == known[i]);
    return x;
  };
  const Times times = uniform_times(process, 12);
  const auto plain = ends(sampler::Ancestral{}, times);
  CHECK(ends(sampler::Ancestral{}, repaint_times(times, 4, 3)) != plain);
  ends(sampler::Ddim{}, {});
  ends(sampler::DpmSolverPlusPlus{}, times);
  ends(sampler::UniPc{}, repaint_times(times, 4, 2));  // its history begins anew after a jump
}

TEST_CASE("a jump of RePaint is sqrt(1 - b) x + sqrt(b) noise of its own, and is not held") {
  const P process{schedule::Cosine{20}};
  const Case<double> c;
  const Inpainting inpainting{c.mask, c.known, noise};
  auto run = progressive(Exec{}, process, sampler::Ancestral{}, net, noise, c.x,
                         {.times = {12, 8, 15, 3, x_start_time}});
  run.advance();
  CHECK_FALSE(run.step().rises);
  Exec{}.fence();
  const auto before = golden::values(c.x);
  run.advance();
  CHECK(run.step().rises);
  CHECK(run.step().t == 8);
  CHECK(run.step().t_next == 15);
  inpainting(Exec{}, run.step(), run.x(), run.x_start());
  const Images<double> z("z", 3, 1, 3, 5);
  fill_normal(Exec{}, noise.renoising(1), z);
  Exec{}.fence();
  const auto after = golden::values(c.x), normals = golden::values(z);
  const auto& rows = process.coefficients();
  const double kept = rows[15].alpha_bar / rows[8].alpha_bar;
  for (std::size_t i = 0; i < after.size(); ++i)
    CHECK(after[i] ==
          doctest::Approx(std::sqrt(kept) * before[i] + std::sqrt(1 - kept) * normals[i])
              .epsilon(1e-12));
}

TEST_CASE("a mask or a picture of another shape is refused before the run's first launch") {
  const Case<float> c;
  const Images<float> other("other", 3, 1, 5, 3);
  CHECK_THROWS_WITH_AS((Inpainting{other, c.known, noise}),
                       "Inpainting: mask must have the extents of x_known (3, 1, 3, 5); got (3, 1, "
                       "5, 3)",
                       std::invalid_argument);
  const auto before = golden::values(c.x);
  int calls = 0;
  const auto counted = [&](const auto&...) { ++calls; };
  const Inpainting wrong{other, other, noise};
  const P process{schedule::Cosine{20}};
  CHECK_THROWS_WITH_AS(sample(Exec{}, process, sampler::Ancestral{}, counted, noise, c.x, wrong),
                       "Inpainting: mask must have the extents of x (3, 1, 3, 5); got (3, 1, 5, 3)",
                       std::invalid_argument);
  CHECK(calls == 0);
  CHECK(golden::values(c.x) == before);
}
