// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/io/row_log.hpp>
#include <iddpm/training/step_statistics.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if __has_include(<sys/resource.h>)
#include <sys/resource.h>
#endif

namespace iddpm {

/// What a Monitor watches, and where it writes.
struct MonitorOptions {
  std::uint64_t every = 100;              ///< steps between two rows; at least 1
  std::filesystem::path csv = {};         ///< a .csv file; empty for none
  std::filesystem::path json_lines = {};  ///< a .jsonl file; empty for none
  double smoothing = 0.9;                 ///< of loss_smoothed: what a row keeps of it, in [0, 1)
  std::uint64_t first_step = 0;  ///< of a run that goes on: rows of the files up to it are kept
  double seconds = 0;  ///< of a run that goes on: its training so far, where no kept row says more
};

/// The most memory that the process has had so far, in MiB; NaN where the system does not say.
[[nodiscard]] inline double peak_memory_mib() {
#if __has_include(<sys/resource.h>)
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return std::numeric_limits<double>::quiet_NaN();
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss) / (1024 * 1024);  // bytes there
#else
  return static_cast<double>(usage.ru_maxrss) / 1024;
#endif
#else
  return std::numeric_limits<double>::quiet_NaN();
#endif
}

/// Watches a training: a row of numbers every so many steps, kept, and written to a CSV file and to
/// JSON lines while the training runs. Between rows it costs one small kernel a step and no wait.
///
/// | column                              | what                                                   |
/// |-------------------------------------|--------------------------------------------------------|
/// | step                                | steps made so far                                      |
/// | seconds                             | since the monitor was made, without what measures took |
/// | loss, loss_deviation                | mean of the row's steps, deviation from step to step   |
/// | loss_smoothed                       | moving average of the rows' losses                     |
/// | mse, vb                             | the parts of the loss                                  |
/// | loss_quarter_1 .. 4                 | by quarter of 0 .. T - 1                               |
/// | gradient_norm, gradient_norm_max    | before clipping: mean and largest                      |
/// | clipped                             | share of steps whose gradient was clipped              |
/// | non_finite_losses, skipped_steps    | so far                                                 |
/// | learning_rate                       | of the last step                                       |
/// | steps_per_second, samples_per_second| over the row's steps                                   |
/// | memory_mib                          | the most that the process has had on the host          |
///
/// and what `measure` adds. What was not measured for a row is NaN: an empty field, null.
///
/// Example: `Monitor<Exec> monitor(exec, {.every = 50, .csv = "training.csv"});
/// trainer.step(exec, net, images, rate); monitor.step(exec, trainer, rate);`
template <ExecutionSpace Exec>
class Monitor {
 public:
  /// \throws std::invalid_argument for options out of range.
  Monitor(const Exec& exec, MonitorOptions options)
      : options_(checked(std::move(options))), statistics_(exec) {}

  /// Adds columns: `values()`, one number per name, called for every n-th row after the row's
  /// numbers were read, before the first step. What it takes is no time of training.
  /// \throws std::invalid_argument after the first step, or for n = 0.
  void measure(const std::vector<std::string>& names, std::function<std::vector<double>()> values,
               std::uint64_t every_rows = 1) {
    require(!started_, "Monitor::measure", "the first step", "lie ahead", "one that was made");
    require(every_rows >= 1, "Monitor::measure", "every_rows", "be at least 1", every_rows);
    columns_.insert(columns_.end(), names.begin(), names.end());
    measures_.push_back({names.size(), std::move(values), every_rows});
    since_ = Clock::now();
  }

  /// Opens the files and takes the rows that are kept of them. The first step does it; a run that
  /// goes on, and may have no step left, does it itself, after its last `measure`.
  /// \throws std::invalid_argument where a file's name or columns are not a table's (io::RowLog);
  ///         std::runtime_error where it cannot be read or written.
  void start() {
    if (started_) return;
    const double keep_to = options_.first_step == 0 ? -1 : static_cast<double>(options_.first_step);
    for (const auto& path : {options_.csv, options_.json_lines})
      if (!path.empty()) logs_.emplace_back(path, columns_, keep_to);
    if (!logs_.empty()) rows_ = logs_.front().kept_rows();
    if (!rows_.empty()) options_.seconds = std::max(options_.seconds, rows_.back()[1]);
    if (!rows_.empty() && std::isfinite(rows_.back()[4])) smoothed_ = rows_.back()[4];
    started_ = true;
  }

  /// Takes a trainer's last step. Where a row is due it waits for exec, measures and writes, and
  /// gives true.
  /// \throws what `start` does, on the first step; std::runtime_error where a file cannot be
  ///         written.
  template <class Trainer>
  bool step(const Exec& exec, const Trainer& trainer, double learning_rate) {
    start();
    statistics_.add(exec, trainer);
    samples_ += trainer.losses().loss.extent(0);
    if (trainer.iteration() % options_.every != 0) return false;
    finish(exec, trainer, learning_rate);
    return true;
  }

  /// Makes a row of the steps that no row has yet, such as the last ones of a run. Waits for exec.
  template <class Trainer>
  void finish(const Exec& exec, const Trainer& trainer, double learning_rate) {
    if (samples_ == 0) return;
    const TrainingSummary summary = statistics_.take(exec, trainer);
    const double seconds = std::chrono::duration<double>(Clock::now() - since_).count();
    options_.seconds += seconds;
    const double kept = options_.smoothing;
    if (std::isfinite(summary.loss))
      smoothed_ = smoothed_ ? kept * *smoothed_ + (1 - kept) * summary.loss : summary.loss;
    const auto& quarter = summary.quarter_loss;
    std::vector<double> row{static_cast<double>(trainer.iteration()),
                            options_.seconds,
                            summary.loss,
                            summary.loss_deviation,
                            smoothed_.value_or(nan),
                            summary.mse,
                            summary.vb,
                            quarter[0],
                            quarter[1],
                            quarter[2],
                            quarter[3],
                            summary.gradient_norm,
                            summary.gradient_norm_max,
                            summary.clipped,
                            static_cast<double>(summary.non_finite_losses),
                            static_cast<double>(summary.skipped_steps),
                            learning_rate,
                            static_cast<double>(summary.steps) / seconds,
                            static_cast<double>(samples_) / seconds,
                            peak_memory_mib()};
    for (const Measure& of : measures_) {
      std::vector<double> values(of.count, nan);
      if (rows_.size() % of.every_rows == 0) values = of.values();
      require(values.size() == of.count, "Monitor", "a measure",
              "give " + std::to_string(of.count) + " numbers", values.size());
      row.insert(row.end(), values.begin(), values.end());
    }
    rows_.push_back(row);
    for (io::RowLog& log : logs_) log.append(row);
    samples_ = 0;
    since_ = Clock::now();
  }

  /// @{
  /// The columns' names, and the rows so far, a number per column; of a run that goes on with a
  /// file also the rows that were kept, once it is started.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<std::vector<double>>& rows() const { return rows_; }
  /// @}

  /// One column, a number per row.
  /// \throws std::invalid_argument unless there is such a column.
  [[nodiscard]] std::vector<double> column(const std::string& name) const {
    const std::size_t c = index_of("Monitor::column", name);
    std::vector<double> values;
    for (const auto& row : rows_) values.push_back(row[c]);
    return values;
  }

  /// A column's number in the last row; NaN where there is no row yet.
  /// \throws std::invalid_argument unless there is such a column.
  [[nodiscard]] double last(const std::string& name) const {
    const std::size_t c = index_of("Monitor::last", name);
    return rows_.empty() ? nan : rows_.back()[c];
  }

  /// Seconds of training up to the last row, those before the run went on included once it is
  /// started.
  [[nodiscard]] double seconds() const { return options_.seconds; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  struct Measure {
    std::size_t count;
    std::function<std::vector<double>()> values;
    std::uint64_t every_rows;
  };

  MonitorOptions options_;
  StepStatistics<Exec> statistics_;
  std::vector<std::string> columns_{"step",
                                    "seconds",
                                    "loss",
                                    "loss_deviation",
                                    "loss_smoothed",
                                    "mse",
                                    "vb",
                                    "loss_quarter_1",
                                    "loss_quarter_2",
                                    "loss_quarter_3",
                                    "loss_quarter_4",
                                    "gradient_norm",
                                    "gradient_norm_max",
                                    "clipped",
                                    "non_finite_losses",
                                    "skipped_steps",
                                    "learning_rate",
                                    "steps_per_second",
                                    "samples_per_second",
                                    "memory_mib"};
  std::vector<Measure> measures_;
  std::vector<std::vector<double>> rows_;
  std::vector<io::RowLog> logs_;
  std::optional<double> smoothed_;
  std::size_t samples_ = 0;
  bool started_ = false;
  Clock::time_point since_ = Clock::now();

  [[nodiscard]] std::size_t index_of(std::string_view function, const std::string& name) const {
    std::size_t c = 0;
    while (c < columns_.size() && columns_[c] != name) ++c;
    require(c < columns_.size(), function, "name", "be that of a column", name);
    return c;
  }

  static MonitorOptions checked(MonitorOptions options) {
    require_kokkos("Monitor");
    require(options.every >= 1, "Monitor", "every", "be at least 1", options.every);
    require(options.smoothing >= 0 && options.smoothing < 1, "Monitor", "smoothing", "be in [0, 1)",
            options.smoothing);
    require(options.seconds >= 0, "Monitor", "seconds", "be at least 0", options.seconds);
    return options;
  }
};

}  // namespace iddpm
