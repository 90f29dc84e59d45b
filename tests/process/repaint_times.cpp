// SPDX-License-Identifier: MIT
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/process/times.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace iddpm;

TEST_CASE("RePaint's path goes back at every jump_length-th timestep") {
  const Times five = {4, 3, 2, 1, 0, -1};
  CHECK(repaint_times(five, 2, 2) == Times{4, 3, 2, 4, 3, 2, 1, 0, 2, 1, 0, -1});
  CHECK(repaint_times(five, 2, 3) == Times{4, 3, 2, 4, 3, 2, 4, 3, 2, 1, 0, 2, 1, 0, 2, 1, 0, -1});
  CHECK(repaint_times(five, 4, 2) == Times{4, 3, 2, 1, 0, 4, 3, 2, 1, 0, -1});
  CHECK(repaint_times({9.5, 4.25, 0, -1}, 1, 2) == Times{9.5, 4.25, 9.5, 4.25, 0, 4.25, 0, -1});
  CHECK(repaint_times(five, 5, 10) == five);
  CHECK(repaint_times(five, 2, 1) == five);
}

TEST_CASE("RePaint's own run, 250 timesteps, jumps of 10, 10 resamplings") {
  const GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse,
                          Kokkos::DefaultHostExecutionSpace>
      process(schedule::Cosine{250});
  const Times times = repaint_times(uniform_times(process, 250), 10, 10);
  int falling = 0, rising = 0, others = 0;
  for (std::size_t k = 0; k + 1 < times.size(); ++k) {
    const double step = times[k + 1] - times[k];
    falling += step == -1;
    rising += step == 10;
    others += step != -1 && step != 10;
  }
  CHECK(rising == 24 * 9);  // at 230, 220 .. 0
  CHECK(falling == 250 + 24 * 9 * 10);
  CHECK(others == 0);
  CHECK(std::count(times.begin(), times.end(), 240.0) == 1 + 9);
  CHECK(std::count(times.begin(), times.end(), 230.0) == 1 + 9 + 9);
  CHECK(std::count(times.begin(), times.end(), 0.0) == 1 + 9);
}

TEST_CASE("jumps of nothing are refused with a sentence") {
  CHECK_THROWS_WITH_AS(repaint_times({1, 0, -1}, 0, 10),
                       "repaint_times: jump_length must be at least 1; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(repaint_times({}, 10, 10),
                       "repaint_times: times must hold a timestep and x_0; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(repaint_times({1, 0, -1}, 10, 0),
                       "repaint_times: resamplings must be at least 1; got 0",
                       std::invalid_argument);
}
