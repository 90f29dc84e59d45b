// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"
#include "report.hpp"
#include "scoring.hpp"
#include <iddpm/iddpm.hpp>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>
#include <vector>

/// \file
/// What a run found, as numbers for programs (metrics.json) and for the report.

namespace glyphs {

struct Results {
  std::size_t parameters = 0;
  std::uint64_t steps = 0;             ///< of training, those before a resumed run counted
  std::vector<TrainingStep> training;  ///< a row every few of them
  std::vector<Plot> quality;
  Score score, raw_score;
  double training_seconds = 0, sampling_seconds = 0, scoring_seconds = 0;
  std::vector<Picture> pictures;
  bool was_interrupted = false;
};

inline std::string with_format(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

inline std::string two_decimals(double value) { return with_format("%.2f", value); }

inline double steps_per_second(const Results& r) {
  return r.training_seconds > 0 ? static_cast<double>(r.steps) / r.training_seconds : 0;
}

/// The mean of the last five rows; 0 where there is none.
inline double last_losses(const Results& r) {
  const std::size_t n = std::min<std::size_t>(r.training.size(), 5);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += r.training[r.training.size() - 1 - i].loss;
  return n > 0 ? sum / static_cast<double>(n) : 0;
}

/// metrics.json; `bits_per_dim` and what belongs to it are missing where nothing was scored.
inline std::string metrics(const Options& options, const Results& r) {
  nlohmann::ordered_json json;
  if (r.raw_score.images > 0) {
    json["bits_per_dim"] = r.score.bits_per_dim;
    json["bits_per_dim_stderr"] = r.score.standard_error;
    json["bits_per_dim_raw_weights"] = r.raw_score.bits_per_dim;
    json["prior"] = r.score.prior;
    json["scored_images"] = r.score.images;
    json["timestep"] = r.score.timestep;
    json["vb"] = r.score.vb;
    json["x_start_mse"] = r.score.x_start_mse;
    json["mse"] = r.score.mse;
  }
  json["interrupted"] = r.was_interrupted;
  json["parameters"] = r.parameters;
  json["steps"] = r.steps;
  json["steps_per_second"] = steps_per_second(r);
  json["loss"] = last_losses(r);
  json["seconds"] = {{"training", r.training_seconds},
                     {"sampling", r.sampling_seconds},
                     {"scoring", r.scoring_seconds}};
  json["peak_memory_mib"] = iddpm::peak_memory_mib();
  json["options"] = {{"batch", options.batch},         {"width", options.width},
                     {"blocks", options.blocks},       {"learning_rate", options.learning_rate},
                     {"clip_norm", options.clip_norm}, {"ema", options.ema},
                     {"seed", options.seed},           {"timesteps", options.timesteps},
                     {"quick", options.quick}};
  json["execution_space"] = Exec::name();
  json["concurrency"] = Exec().concurrency();
  json["iddpm_version"] = IDDPM_VERSION_STRING;
  json["noise_version"] = iddpm::noise_version;
  return json.dump(2) + "\n";
}

inline ReportData report(const Options& options, const Results& r) {
  ReportData data;
  data.title = "Glyphs";
  data.steps = r.training;
  data.quality = r.quality;
  data.pictures = r.pictures;
  if (r.raw_score.images > 0) {
    data.prior = r.score.prior;
    data.bits_per_dim = r.score.bits_per_dim;
    data.bits_per_dim_stderr = r.score.standard_error;
    for (std::size_t t = 0; t < r.score.vb.size(); ++t)
      data.bound.push_back(
          {r.score.timestep[t], r.score.vb[t], r.score.x_start_mse[t], r.score.mse[t]});
    data.results = {{"Held-out images scored", std::to_string(r.score.images)},
                    {"Bits/dim, raw weights", two_decimals(r.raw_score.bits_per_dim)}};
  }
  const auto add = [](auto& table, const char* name, std::string value) {
    table.emplace_back(name, std::move(value));
  };
  if (r.was_interrupted) add(data.results, "The run", "was interrupted before its end");
  add(data.results, "Training steps", std::to_string(r.steps));
  add(data.results, "Steps per second", with_format("%.1f", steps_per_second(r)));
  add(data.results, "Loss, last five rows", with_format("%.4f", last_losses(r)));
  add(data.results, "Time to train", with_format("%.0f s", r.training_seconds));
  add(data.results, "Time to sample 64 images twice", with_format("%.1f s", r.sampling_seconds));
  add(data.results, "Time to score twice", with_format("%.1f s", r.scoring_seconds));
  add(data.results, "Peak memory", with_format("%.0f MiB", iddpm::peak_memory_mib()));
  add(data.settings, "Process",
      "cosine, epsilon, learned range, hybrid loss, T = " + std::to_string(options.timesteps));
  add(data.settings, "Network parameters", std::to_string(r.parameters));
  add(data.settings, "Width", std::to_string(options.width));
  add(data.settings, "Blocks", std::to_string(options.blocks));
  add(data.settings, "Batch", std::to_string(options.batch));
  add(data.settings, "Peak learning rate", with_format("%g", options.learning_rate));
  add(data.settings, "Gradient clipped at norm", with_format("%g", options.clip_norm));
  add(data.settings, "EMA rate", with_format("%g", options.ema));
  add(data.settings, "Seed", std::to_string(options.seed));
  add(data.settings, "Execution space",
      std::string(Exec::name()) + ", " + std::to_string(Exec().concurrency()) + " threads");
  return data;
}

}  // namespace glyphs
