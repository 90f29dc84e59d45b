// SPDX-License-Identifier: MIT
#include <iddpm/loss/min_snr.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/spacing.hpp>
#include <iddpm/schedule/zero_terminal_snr.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
template <class S>
using Fixed = GaussianDiffusion<S, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;
template <class S>
using LearnedVariance =
    GaussianDiffusion<S, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

}  // namespace

TEST_CASE("copies share their tables") {
  const Fixed<schedule::Cosine> process{schedule::Cosine{100}};
  const auto copy = process;
  CHECK(&copy.coefficients() == &process.coefficients());
  CHECK(copy.num_timesteps() == 100);
}

TEST_CASE("a respaced process is a process, and keeps how timesteps are given") {
  const Fixed<schedule::Cosine> process{schedule::Cosine{400}, true};
  const auto fast = process.respaced("ddim50");
  static_assert(Process<std::remove_const_t<decltype(fast)>>, "respaced gives a process");
  CHECK(fast.num_timesteps() == 50);
  CHECK(fast.coefficients()[1].timestep == 8 * 2.5);
  CHECK(fast.respaced({0, 49}).coefficients()[1].timestep == 392 * 2.5);
}

TEST_CASE("a timestep of the whole batch is checked, one per sample must fit the batch") {
  const Fixed<schedule::Custom> process{schedule::Custom({0.1, 0.2})};
  CHECK_THROWS_WITH_AS((void)process.coefficients_at<float>(Exec{}, "q_sample", 2, 4),
                       "q_sample: t must be in 0 .. 1; got 2", std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)process.coefficients_at<float>(Exec{}, "q_sample", -1, 4),
                       "q_sample: t must be in 0 .. 1; got -1", std::invalid_argument);
  const Kokkos::View<int*, Exec> t("t", 3);
  CHECK_THROWS_WITH_AS((void)process.coefficients_at<float>(Exec{}, "q_sample", t, 4),
                       "q_sample: t must hold one value per sample (4); got 3",
                       std::invalid_argument);
}

TEST_CASE("zero terminal SNR is refused for Epsilon, which would divide by 0, and for no other") {
  using Zero = schedule::ZeroTerminalSnr<schedule::Linear>;
  const Zero schedule{schedule::Linear{100}};
  CHECK_THROWS_WITH_AS(
      Fixed<Zero>{schedule},
      "GaussianDiffusion: alpha_bar of timestep 99 must be large enough for the mean type to find "
      "x_0 (Epsilon divides by its square root; StartX and Velocity find x_0 at any); got 0",
      std::invalid_argument);
  using V = variance::FixedSmall;
  const GaussianDiffusion<Zero, mean::Velocity, V, loss::Mse, Exec> velocity{schedule};
  CHECK(velocity.coefficients().back().alpha_bar == 0);
  CHECK_NOTHROW(GaussianDiffusion<Zero, mean::StartX, V, loss::Mse, Exec>{schedule});
  CHECK_NOTHROW(GaussianDiffusion<Zero, mean::PreviousX, V, loss::Mse, Exec>{schedule});
  // A respacing keeps it where it keeps the last timestep, and only there.
  CHECK(velocity.respaced("10").coefficients().back().beta == 1);
  CHECK(velocity.respaced("ddim10").coefficients().back().beta < 1);
}

TEST_CASE("an alpha_bar whose inverse overflows in float is refused where it is divided by") {
  const schedule::Custom steep(std::vector<double>(400, 0.5));
  using V = variance::FixedSmall;
  CHECK_THROWS_AS(Fixed<schedule::Custom>{steep}, std::invalid_argument);
  CHECK_THROWS_AS((GaussianDiffusion<schedule::Custom, mean::PreviousX, V, loss::Mse, Exec>{steep}),
                  std::invalid_argument);
  CHECK_NOTHROW(GaussianDiffusion<schedule::Custom, mean::Velocity, V, loss::Mse, Exec>{steep});
}

TEST_CASE("one step of a zero-terminal process, from noise alone, is a process") {
  using Zero = schedule::ZeroTerminalSnr<schedule::Linear>;
  const GaussianDiffusion<Zero, mean::Velocity, variance::FixedSmall, loss::Mse, Exec> process{
      Zero{schedule::Linear{100}}};
  const auto once = process.respaced(schedule::trailing_timesteps(100, 1));
  const Coefficients<double>& c = once.coefficients()[0];
  CHECK(c.timestep == 99);
  CHECK(c.alpha_bar == 0);
  CHECK(c.posterior_mean_coef1 == 1);
  CHECK(c.posterior_mean_coef2 == 0);
}

TEST_CASE("the table of a temporary outlives it") {
  const Fixed<schedule::Cosine> process{schedule::Cosine{100}};
  double last = 0;
  for (const auto& c : process.respaced("10").coefficients()) last = c.timestep;
  CHECK(last == 99);
}

TEST_CASE("a process carries its loss, also when it is respaced") {
  using Weighted = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall,
                                     loss::MinSnr<>, Exec>;
  const Weighted process{schedule::Cosine{100}, false, loss::MinSnr<>{1e-3}};
  const auto& c = process.coefficients()[0];
  const double weight = process.loss().mse_weight<mean::StartX>(c);
  CHECK(weight == doctest::Approx(1e-3).epsilon(1e-15));
  CHECK(process.respaced("10").loss().mse_weight<mean::StartX>(c) == weight);
}

TEST_CASE("one process serves many threads") {
  const Fixed<schedule::Cosine> process{schedule::Cosine{100}};
  std::vector<double> found(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < found.size(); ++i)
    threads.emplace_back(
        [&found, process, i] { found[i] = process.respaced("10").coefficients()[3].alpha_bar; });
  for (std::thread& thread : threads) thread.join();
  for (const double value : found) CHECK(value == found[0]);
}
