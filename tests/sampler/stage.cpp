// SPDX-License-Identifier: MIT
#include "support/sixteen_bits.hpp"
#include "support/solver_checks.hpp"
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/edm.hpp>
#include <iddpm/sampler/unipc.hpp>

#include <doctest/doctest.h>

#include <array>
#include <functional>

using namespace iddpm;

namespace {

using test::bent_net, test::diffusion, test::Exec, test::normals, test::run_on, test::values;

const denoised::Clip narrow{-0.4, 0.3};

// A user's solver: whatever stages it was given.
struct Given {
  static constexpr SolverShape shape{.kept = 3, .reads = 3, .writes = 3, .is_stochastic = true};
  std::vector<Stage> all;

  [[nodiscard]] std::vector<Stage> stages(const Path&, int) const { return all; }
  [[nodiscard]] denoised::Clip denoised() const { return narrow; }
};

// The same with a smaller shape.
struct Small {
  static constexpr SolverShape shape{.kept = 2, .reads = 2, .writes = 2, .x_start_history = 1};
  std::vector<Stage> all;

  [[nodiscard]] std::vector<Stage> stages(const Path&, int) const { return all; }
  [[nodiscard]] denoised::Clip denoised() const { return narrow; }
};

Stage changed(const std::function<void(Stage&)>& change) {
  Stage stage{.t = 500, .writes = {{{.to = 0, .x_start = 1}}}};
  change(stage);
  return stage;
}

template <class S>
void run_one(const S& solver) {
  run_on(diffusion<mean::StartX>(), solver, test::constant_net(), normals(1, 2),
         {.times = {500, -1}});
}

struct HalfNet {
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& output) const {
    Kokkos::deep_copy(exec, output, value_t<Output>(0.5f));
  }
};

}  // namespace

TEST_CASE("the first-order step is alpha D + sigma E") {
  const Combination sum = first_order({0, 0.8, 0.6, 0});
  CHECK(sum.to == 0);
  CHECK(sum.x_start == 0.8);
  CHECK(sum.eps == 0.6);
  CHECK(sum.noise == 0);
}

TEST_CASE("a stage writes the sums of D, E, what it reads and the noise, each with its weight") {
  const auto process = diffusion<mean::StartX>();
  const double t = process.levels().t_of_half_log_snr(0);  // alpha = sigma = sqrt(1/2)
  const Given solver{
      {{.t = t,
        .writes = {{{.to = 0, .x_start = 0.5, .eps = 2, .noise = 1},
                    {.to = 1, .x_start = 1, .eps = -1, .noise = 3},
                    {.to = 3, .eps = 4}}}},
       {.t = t,
        .at = 1,
        .reads = {0, 1, 3},
        .writes = {{{.to = 0, .x_start = 3, .eps = 0.25, .noise = -1, .reads = {1, 2, 0.5}}}}}}};
  const auto x = normals(1, 3);
  const test::RowNet net{[](const test::Row&) { return 0.5; }};
  Exec{}.fence();
  const auto before = values(x);
  const Tensor<double, 2, Exec> normal("normal", 1, 3);
  fill_normal(Exec{}, NoiseStream{.seed = 9}.sampler(0), normal);
  const auto found = run_on(process, solver, net, x, {.times = {t, -1}});
  for (std::size_t i = 0; i < 3; ++i) {
    const double half = std::sqrt(0.5), z = values(normal)[i];
    const auto predicted = [](double at) { return std::clamp(0.5 * at, -0.4, 0.3); };
    const auto eps = [&](double at) { return at / half - predicted(at); };
    const double d = predicted(before[i]), e = eps(before[i]);
    const double state = 0.5 * d + 2 * e + z, first = d - e + 3 * z, third = 4 * e;
    const double expected =
        3 * predicted(first) + 0.25 * eps(first) - z + state + 2 * first + 0.5 * third;
    CHECK(found[i] == doctest::Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("a stage that does not keep to the solver's shape is refused with a sentence") {
  const std::array<std::function<void(Stage&)>, 14> faults{
      [](Stage& s) { s.at = -1; },
      [](Stage& s) { s.at = 2; },  // a processed x_0 is no state
      [](Stage& s) { s.writes[0].to = -1; },
      [](Stage& s) { s.writes[0].to = 2; },
      [](Stage& s) { s.writes[1].to = 3; },
      [](Stage& s) { s.writes[2].to = 1; },
      [](Stage& s) { s.reads[0] = 3; },
      [](Stage& s) { s.reads[0] = 2; },
      [](Stage& s) { s.reads[1] = 1; },
      [](Stage& s) { s.reads[2] = 0; },
      [](Stage& s) { s.writes[0].reads[0] = 1; },
      [](Stage& s) { s.writes[0].noise = 1; },
      [](Stage& s) { s.writes[1] = {.to = 2, .x_start = 0.5}; },
      [](Stage& s) { s.tolerance = 1; }};
  for (std::size_t i = 0; i < faults.size(); ++i) {
    CAPTURE(i);
    CHECK_THROWS_WITH_AS(
        run_one(Small{{changed(faults[i])}}),
        "sample: every stage of transition 0 must keep to the solver's shape: its buffers, reads, "
        "writes, noise and tolerance; got one that does not",
        std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(run_one(Small{{}}),
                       "sample: every transition of a solver must have a stage at least; got none",
                       std::invalid_argument);
  const auto at = [](double t) { return Small{{changed([t](Stage& s) { s.t = t; })}}; };
  for (const double t : {-1.0, 1000.0}) CHECK_THROWS_AS(run_one(at(t)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      run_one(Small{{changed([](Stage& s) { s.t = Stage{}.t; })}}),  // one that was forgotten
      "sample: every call in transition 0 must be at a timestep in 0 .. 999; got nan",
      std::invalid_argument);
  CHECK_NOTHROW(run_one(Small{{changed([](Stage& s) {
    s.reads = {0, 2};
    s.writes[1] = {.to = 2, .x_start = 1};
  })}}));
}

// StartX keeps the network's outputs in place of processed ones; a processing by the sample does
// not let it, and is here the same Clip.
TEST_CASE("a history of outputs has the bits of a history of processed x_0") {
  const auto process = diffusion<mean::StartX>();
  test::RowNet net = bent_net<mean::StartX>();
  net.bend = 4;  // |x_0| up to 2, where 1 is the bound
  const auto run = [&](const auto& solver, const auto& of) {
    return run_on(of, solver, net, normals(3, 6), {.times = log_snr_times(process, 7)});
  };
  const denoised::DynamicThreshold same{1, 1, 1};
  const auto check = [&](const auto& solver, const auto& by_sample, const auto& unclipped) {
    const auto clipped = run(solver, process);
    CHECK(clipped == run(by_sample, process));
    CHECK(clipped == run(solver, diffusion<mean::StartX, variance::LearnedRange>()));
    CHECK(test::distance(clipped, run(unclipped, process)) > 0.1);
  };
  using test::unclipped;
  check(sampler::UniPc{}, sampler::UniPc{3, same}, sampler::UniPc{3, unclipped});
  check(sampler::DpmSolverPlusPlus{}, sampler::DpmSolverPlusPlus{2, same},
        sampler::DpmSolverPlusPlus{2, unclipped});
}

TEST_CASE("a processing by the sample is measured at every call, apart from other samples") {
  const denoised::DynamicThreshold threshold{0.8, 0.5};
  test::check_batch_independence<mean::StartX>(sampler::UniPc{3, threshold});
  test::check_batch_independence<mean::StartX>(sampler::Heun{{.amount = 9}, threshold});
  test::check_resumes<mean::StartX>(sampler::UniPc{3, threshold});
  test::check_last_step<mean::StartX>(sampler::UniPc{3, threshold});
}

TEST_CASE("a batch of another layout, with a learned variance, has the same bits") {
  const auto process = diffusion<mean::StartX, variance::LearnedRange>();
  const RunOptions options{.times = log_snr_times(process, 5)};
  const Tensor<double, 3, Exec> right("right", 3, 2, 5);
  fill_normal(Exec{}, NoiseStream{.seed = 9}.initial(), right);
  const Kokkos::View<double***, Kokkos::LayoutLeft, Exec> left("left", 3, 2, 5);
  Kokkos::deep_copy(Exec{}, left, right);
  const auto expected = run_on(process, sampler::UniPc{}, bent_net<mean::StartX>(), right, options);
  run_on(process, sampler::UniPc{}, bent_net<mean::StartX>(), left, options);
  Kokkos::deep_copy(right, left);
  CHECK(values(right) == expected);
}

TEST_CASE("what a solver keeps is its own where x is somebody else's memory") {
  const auto process = diffusion<mean::Epsilon>();
  const RunOptions options{.times = log_snr_times(process, 5)};
  const auto run = [&](const auto& x) {
    return run_on(process, sampler::UniPc{}, bent_net<mean::Epsilon>(), x, options);
  };
  const auto x = normals(64, 500), owned = normals(64, 500);
  const Kokkos::View<double**, Kokkos::LayoutRight, Exec, Kokkos::MemoryTraits<Kokkos::Unmanaged>>
      lent(x.data(), 64, 500);
  CHECK(test::distance(run(lent), run(owned)) == 0);
}

TEST_CASE("a state in 16 bits is that in float, rounded by each step") {
  const auto process = diffusion<mean::StartX>();
  const auto half = test::normals<float16>(1);
  const auto wide = test::converted<float>(half);
  const auto run = [&](const auto& x, const Times& times) {
    sample(Exec{}, process, sampler::DpmSolverPlusPlus{}, HalfNet{}, NoiseStream{}, x,
           NullObserver{}, {.times = times});
  };
  run(half, {900, 500});
  run(wide, {900, 500});
  CHECK(test::is_rounded(half, wide));
  run(half, {500, 300, 100, -1});
  Exec{}.fence();
  for (const double value : values(test::converted<float>(half))) CHECK(value == 0.5);
}
