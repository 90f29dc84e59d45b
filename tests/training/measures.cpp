// SPDX-License-Identifier: MIT
#include "run.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/training/measures.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace training;
using doctest::Approx;

namespace {

using Rows = Tensor<float, 2, Exec>;
using Pictures = Tensor<float, 4, Exec>;
using StartX =
    GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;

// Says the same number of everything.
struct Constant {
  float value;

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& output) const {
    Kokkos::deep_copy(exec, output, value);
  }
};

void one_row(Monitor<Exec>& monitor) {
  Run<> run;
  run.trainer.step(Exec{}, run.net, run.images, 1e-3);
  monitor.step(Exec{}, run.trainer, 1e-3);
}

}  // namespace

TEST_CASE("reconstructions of a network that says a constant") {
  const StartX process(schedule::Cosine{10});
  Monitor<Exec> monitor(Exec{}, {.every = 1});
  const Rows rows("rows", 3, 4);  // zeros
  measure_reconstructions(monitor, Exec{}, process, Constant{0.2f}, NoiseStream{}, rows, {2, 9});
  const Pictures pictures("pictures", 2, 1, 12, 12);
  measure_reconstructions(monitor, Exec{}, process, Constant{0.2f}, NoiseStream{}, pictures, {5});
  one_row(monitor);
  const auto names = monitor.columns();
  CHECK(std::vector<std::string>(names.end() - 4, names.end()) ==
        std::vector<std::string>{"psnr_t2", "psnr_t9", "psnr_t5", "ssim_t5"});
  for (const char* name : {"psnr_t2", "psnr_t9", "psnr_t5"})
    CHECK(monitor.last(name) == Approx(20).epsilon(1e-6));  // 10 log10(4 / 0.04)
  CHECK(monitor.last("ssim_t5") == Approx(0.0004 / (0.04 + 0.0004)).epsilon(1e-6));
}

TEST_CASE("bits per dimension are those of bits_per_dim") {
  const StartX process(schedule::Cosine{10});
  Monitor<Exec> monitor(Exec{}, {.every = 1});
  const Rows rows("rows", 3, 4);
  Kokkos::deep_copy(rows, 1.0f);
  measure_bits_per_dim(monitor, Exec{}, process, Constant{0.5f}, NoiseStream{.seed = 8}, rows);
  one_row(monitor);
  const auto bits =
      bits_per_dim(Exec{}, process, Constant{0.5f}, NoiseStream{.seed = 8}, rows).total;
  const auto values = golden::values(bits);
  CHECK(monitor.last("bits_per_dim") == Approx((values[0] + values[1] + values[2]) / 3));
}

TEST_CASE("what cannot be measured is refused at once") {
  const StartX process(schedule::Cosine{10});
  Monitor<Exec> monitor(Exec{}, {.every = 1});
  const auto measure = [&](const auto& x, int t) {
    measure_reconstructions(monitor, Exec{}, process, Constant{0}, NoiseStream{}, x, {t});
  };
  CHECK_THROWS_WITH_AS(measure(Rows("rows", 3, 4), 10),
                       "measure_reconstructions: every t must be in 0 .. 9; got 10",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(measure(Rows("rows", 3, 4), -1),
                       "measure_reconstructions: every t must be in 0 .. 9; got -1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(measure(Pictures("pictures", 1, 1, 10, 11), 1),
                       "measure_reconstructions: x_start must have images of at least 11 by 11; "
                       "got (1, 1, 10, 11)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(measure(Rows("rows", 0, 4), 1),
                       "measure_reconstructions: x_start must hold at least one sample; got (0, 4)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(measure(Pictures("pictures", 1, 1, 11, 10), 1),
                       "measure_reconstructions: x_start must have images of at least 11 by 11; "
                       "got (1, 1, 11, 10)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(measure_bits_per_dim(monitor, Exec{}, process, Constant{0}, NoiseStream{},
                                            Rows("rows", 0, 4)),
                       "measure_bits_per_dim: x_start must hold at least one sample; got (0, 4)",
                       std::invalid_argument);
}
