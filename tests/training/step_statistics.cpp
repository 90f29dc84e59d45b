// SPDX-License-Identifier: MIT
#include "run.hpp"
#include <iddpm/training/step_statistics.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace training;
using doctest::Approx;

namespace {

// What statistics read of a trainer, with numbers of the test's choice.
struct Said {
  using Vector = Tensor<double, 1, Exec>;

  struct Four {
    [[nodiscard]] int num_timesteps() const { return 8; }
  };

  TrainingLosses<Vector> losses_;
  Tensor<int, 1, Exec> t;
  Tensor<double, 0, Exec> norm{"norm"};
  Tensor<double, 0, Exec> factor{"factor"};
  Tensor<std::uint64_t, 0, Exec> bad{"bad"}, skipped{"skipped"};

  Said(const std::vector<double>& loss, const std::vector<double>& mse,
       const std::vector<double>& timesteps, double gradient_norm, double gradient_factor)
      : losses_{test::from_values<double>(loss), test::from_values<double>(mse),
                test::from_values<double>(loss)},
        t(test::from_values<int>(timesteps)) {
    Kokkos::deep_copy(norm, gradient_norm);
    Kokkos::deep_copy(factor, gradient_factor);
    Kokkos::deep_copy(bad, 3);
    Kokkos::deep_copy(skipped, 2);
  }

  [[nodiscard]] const TrainingLosses<Vector>& losses() const { return losses_; }
  [[nodiscard]] const Tensor<int, 1, Exec>& timesteps() const { return t; }
  [[nodiscard]] Four process() const { return {}; }
  [[nodiscard]] const Tensor<double, 0, Exec>& gradient_norm() const { return norm; }
  [[nodiscard]] const Tensor<double, 0, Exec>& gradient_factor() const { return factor; }
  [[nodiscard]] const Tensor<std::uint64_t, 0, Exec>& non_finite_losses() const { return bad; }
  [[nodiscard]] const Tensor<std::uint64_t, 0, Exec>& skipped_steps() const { return skipped; }
};

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("two steps by hand") {
  const StepStatistics<Exec> statistics(Exec{});
  statistics.add(Exec{}, Said({1, 3, 5}, {1, 1, 1}, {0, 1, 7}, 4, 0.25));
  statistics.add(Exec{}, Said({1}, {0.5}, {5}, 2, 1));
  const Said last({1}, {0.5}, {5}, 2, 1);
  const TrainingSummary summary = statistics.take(Exec{}, last);
  CHECK(summary.steps == 2);
  CHECK(summary.loss == 2);  // of 3 and 1
  CHECK(summary.loss_deviation == 1);
  CHECK(summary.mse == 0.75);
  CHECK(summary.vb == 2);
  CHECK(summary.quarter_loss[0] == 2);
  CHECK(std::isnan(summary.quarter_loss[1]));
  CHECK(summary.quarter_loss[2] == 1);
  CHECK(summary.quarter_loss[3] == 5);
  CHECK(summary.gradient_norm == 3);
  CHECK(summary.gradient_norm_max == 4);
  CHECK(summary.clipped == 0.5);
  CHECK(summary.non_finite_losses == 3);
  CHECK(summary.skipped_steps == 2);
  const TrainingSummary nothing = statistics.take(Exec{}, last);
  CHECK(nothing.steps == 0);
  CHECK(std::isnan(nothing.loss));
  CHECK(std::isnan(nothing.loss_deviation));
  CHECK(std::isnan(nothing.gradient_norm_max));
  CHECK(std::isnan(nothing.clipped));
}

TEST_CASE("numbers that are not finite are left out") {
  const StepStatistics<Exec> statistics(Exec{});
  const Said bad({NAN, 3, infinity, 5}, {1, 1, 1, 2}, {0, 0, 0, 0}, infinity, 0);
  statistics.add(Exec{}, bad);
  statistics.add(Exec{}, Said({NAN}, {1}, {0}, NAN, 0));
  const TrainingSummary summary = statistics.take(Exec{}, bad);
  CHECK(summary.steps == 2);
  CHECK(summary.loss == 4);
  CHECK(summary.mse == 1.5);
  CHECK(summary.quarter_loss[0] == 4);
  CHECK(std::isnan(summary.gradient_norm));
  CHECK(std::isnan(summary.gradient_norm_max));
  CHECK(summary.clipped == 0);  // a skipped step is none that was clipped
}

TEST_CASE("a timestep out of range is in the quarter next to it") {
  const StepStatistics<Exec> statistics(Exec{});
  const Said wild({1, 2}, {0, 0}, {-9, 2000000000}, 1, 1);
  statistics.add(Exec{}, wild);
  const TrainingSummary summary = statistics.take(Exec{}, wild);
  CHECK(summary.quarter_loss[0] == 1);
  CHECK(summary.quarter_loss[3] == 2);
}

TEST_CASE("a trainer's own steps") {
  Run<> run;
  const StepStatistics<Exec> statistics(Exec{});
  std::vector<double> losses, norms;
  for (int step = 0; step < 3; ++step) {
    run.trainer.step(Exec{}, run.net, run.images, 1e-3);
    statistics.add(Exec{}, run.trainer);
    double sum = 0;
    for (const double loss : golden::values(run.trainer.losses().loss)) sum += loss / 64;
    losses.push_back(sum);
    norms.push_back(golden::values(run.trainer.gradient_norm())[0]);
  }
  const TrainingSummary summary = statistics.take(Exec{}, run.trainer);
  CHECK(summary.loss == Approx((losses[0] + losses[1] + losses[2]) / 3));
  CHECK(summary.gradient_norm_max == *std::max_element(norms.begin(), norms.end()));
  CHECK(summary.mse + summary.vb == Approx(summary.loss).epsilon(1e-6));
  CHECK(summary.skipped_steps == 0);
}
