// SPDX-License-Identifier: MIT
#include "io/temporary_folder.hpp"
#include "run.hpp"
#include <iddpm/training/monitor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

using namespace training;

namespace {

/// Trains and shows every step to the monitor; how many rows that made.
int watch(Run<>& run, Monitor<Exec>& monitor, int steps) {
  int rows = 0;
  for (int step = 0; step < steps; ++step) {
    run.trainer.step(Exec{}, run.net, run.images, 1e-3);
    rows += monitor.step(Exec{}, run.trainer, 1e-3);
  }
  return rows;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("a row every so many steps, and one of the rest") {
  Run<> run;
  Monitor<Exec> monitor(Exec{}, {.every = 3});
  CHECK(watch(run, monitor, 7) == 2);
  CHECK(monitor.column("step") == std::vector<double>{3, 6});
  monitor.finish(Exec{}, run.trainer, 5e-4);
  monitor.finish(Exec{}, run.trainer, 5e-4);  // nothing is left
  CHECK(monitor.column("step") == std::vector<double>{3, 6, 7});
  CHECK(monitor.column("learning_rate") == std::vector<double>{1e-3, 1e-3, 5e-4});
  const auto loss = monitor.column("loss"), smoothed = monitor.column("loss_smoothed");
  CHECK(smoothed[0] == loss[0]);
  CHECK(smoothed[1] == doctest::Approx(0.9 * loss[0] + 0.1 * loss[1]));
  for (std::size_t r = 0; r < 3; ++r) {
    CHECK(monitor.column("steps_per_second")[r] > 0);
    CHECK(monitor.column("samples_per_second")[r] ==
          doctest::Approx(64 * monitor.column("steps_per_second")[r]));
    CHECK(monitor.column("memory_mib")[r] > 1);
    CHECK(monitor.rows()[r].size() == monitor.columns().size());
  }
  CHECK(monitor.seconds() == monitor.column("seconds")[2]);
  CHECK(monitor.last("loss") == loss[2]);
  CHECK(std::isnan(Monitor<Exec>(Exec{}, {}).last("loss")));
  CHECK_THROWS_WITH_AS((void)monitor.last("colour"),
                       "Monitor::last: name must be that of a column; got colour",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)monitor.column("colour"),
                       "Monitor::column: name must be that of a column; got colour",
                       std::invalid_argument);
}

TEST_CASE("watching changes no bit of a training") {
  Run<> watched, alone;
  Monitor<Exec> monitor(Exec{}, {.every = 2});
  watch(watched, monitor, 5);
  for (int step = 0; step < 5; ++step) alone.trainer.step(Exec{}, alone.net, alone.images, 1e-3);
  CHECK(golden::values(watched.net.parameters()) == golden::values(alone.net.parameters()));
}

TEST_CASE("measures have their columns, for every n-th row") {
  Run<> run;
  Monitor<Exec> monitor(Exec{}, {.every = 1});
  int calls = 0;
  monitor.measure(
      {"a", "b"},
      [&] {
        ++calls;
        return std::vector<double>{1.0 * calls, 2.0 * calls};
      },
      2);
  watch(run, monitor, 3);
  CHECK(calls == 2);
  CHECK(monitor.column("a")[0] == 1);
  CHECK(std::isnan(monitor.column("a")[1]));
  CHECK(monitor.column("b")[2] == 4);
  CHECK_THROWS_WITH_AS(monitor.measure({"c"}, [] { return std::vector<double>{0}; }),
                       "Monitor::measure: the first step must lie ahead; got one that was made",
                       std::invalid_argument);
}

TEST_CASE("the files have the rows, and a run that goes on keeps those of its past") {
  const TemporaryFolder folder;
  MonitorOptions options{.every = 2, .csv = folder / "a.csv", .json_lines = folder / "a.jsonl"};
  Run<> run;
  Monitor<Exec> first(Exec{}, options);
  watch(run, first, 6);
  CHECK(lines_of(folder.get("a.csv")) == 4);
  CHECK(lines_of(folder.get("a.jsonl")) == 3);
  CHECK(folder.get("a.csv").starts_with("step,seconds,loss,loss_deviation,loss_smoothed,mse,vb,"));
  CHECK(folder.get("a.jsonl").starts_with("{\"step\": 2, \"seconds\": "));
  options.first_step = 4;
  options.seconds = 100;
  run.trainer.resume_at(4);
  Monitor<Exec> second(Exec{}, options);
  watch(run, second, 2);
  CHECK(lines_of(folder.get("a.csv")) == 4);
  CHECK(lines_of(folder.get("a.jsonl")) == 3);
  CHECK(second.column("step") == std::vector<double>{2, 4, 6});
  CHECK(second.seconds() > 100);
  options.first_step = 6;
  Monitor<Exec> third(Exec{}, options);  // no step is left
  third.start();
  CHECK(third.column("step") == std::vector<double>{2, 4, 6});
  CHECK(third.seconds() == second.seconds());
  CHECK(third.last("loss") == second.last("loss"));
  CHECK(second.column("loss_smoothed")[2] ==
        doctest::Approx(0.9 * first.column("loss_smoothed")[1] + 0.1 * second.column("loss")[2]));
}

TEST_CASE("options out of range are refused") {
  const auto of = [](const MonitorOptions& options) {
    try {
      const Monitor<Exec> monitor(Exec{}, options);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK(of({.every = 0}) == "Monitor: every must be at least 1; got 0");
  CHECK(of({.smoothing = 1}) == "Monitor: smoothing must be in [0, 1); got 1");
  CHECK(of({.smoothing = -1}) == "Monitor: smoothing must be in [0, 1); got -1");
  CHECK(of({.seconds = -1}) == "Monitor: seconds must be at least 0; got -1");
  Monitor<Exec> monitor(Exec{}, {});
  CHECK_THROWS_WITH_AS(monitor.measure(
                           {"a"}, [] { return std::vector<double>{}; }, 0),
                       "Monitor::measure: every_rows must be at least 1; got 0",
                       std::invalid_argument);
}

TEST_CASE("a measure that gives too few numbers, and a table that is none") {
  Run<> run;
  Monitor<Exec> monitor(Exec{}, {.every = 1});
  monitor.measure({"a"}, [] { return std::vector<double>{}; });
  CHECK_THROWS_WITH_AS(watch(run, monitor, 1), "Monitor: a measure must give 1 numbers; got 0",
                       std::invalid_argument);
  Monitor<Exec> text(Exec{}, {.csv = "a.txt"});
  CHECK_THROWS_WITH_AS(watch(run, text, 1), "RowLog: path must end in .csv or .jsonl; got a.txt",
                       std::invalid_argument);
}
