// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/sample.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

template <class R, class P>
void check_loop(const P& process, const std::string& folder) {
  const golden::RecordedNoise<R> noise{golden::load<R, 5>(folder + "/noises")};
  const auto check = [&](const auto& sampler, const std::string& name) {
    const auto x = golden::load<R, 4>(folder + "/x_T");
    sample(Exec{}, process, sampler, golden::ClosedFormNet{}, noise, x);
    Exec{}.fence();
    CAPTURE(folder);
    CAPTURE(name);
    CHECK(golden::error(x, folder + "/" + name) < golden::step_tolerance<R>);
  };
  check(sampler::Ancestral{}, "p_sample_loop");
  check(sampler::Ddim{0.0}, "ddim_loop_eta0");
  check(sampler::Ddim{0.5}, "ddim_loop_eta05");
}

struct Watcher {
  static constexpr bool wants_x_start = true;
  std::vector<int>& seen;
  void operator()(const Exec& exec, const SamplingStep& step, const Tensor<float, 4, Exec>& x,
                  const Tensor<float, 4, Exec>& x_start) const {
    exec.fence();
    seen.push_back(static_cast<int>(step.t));
    if (step.t == 0) CHECK(golden::values(x).size() == golden::values(x_start).size());
  }
};

}  // namespace

TEST_CASE("sampling loops agree with the golden runs of every parametrization") {
  golden::for_each_loop([]<class R>(R, const auto& process, const std::string& folder) {
    check_loop<R>(process, folder);
  });
}

TEST_CASE("a sample's bits do not depend on the batch it is in") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;
  const P process{schedule::Cosine{20}};
  const auto run = [&](std::size_t batch, std::uint64_t first) {
    const NoiseStream noise{.seed = 9, .first_sample = first};
    const Tensor<float, 4, Exec> x("x", batch, 1, 3, 5);
    fill_normal(Exec{}, noise.initial(), x);
    sample(Exec{}, process, sampler::Ancestral{}, golden::ClosedFormNet{}, noise, x);
    Exec{}.fence();
    return golden::values(x);
  };
  const auto together = run(64, 0), alone = run(1, 17);
  CHECK(std::equal(alone.begin(), alone.end(), together.begin() + 17 * 15));
  CHECK(run(0, 0).empty());
}

TEST_CASE("an observer is told every transition, with the predicted x_0 where it wants that") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  std::vector<int> seen;
  const Tensor<float, 4, Exec> x("x", 2, 1, 2, 2);
  sample(Exec{}, P{schedule::Cosine{3}}, sampler::Ancestral{}, golden::ClosedFormNet{},
         NoiseStream{}, x, Watcher{seen});
  CHECK(seen == std::vector<int>{2, 1, 0});
}
