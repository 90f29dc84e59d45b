// SPDX-License-Identifier: MIT
#pragma once

#include "results.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <sstream>
#include <string>

namespace bench_report {

/// The parts of `question/operation/backend:OpenMP/choice:double/...`.
inline Result parse_name(const std::string& name) {
  Result r;
  std::istringstream text(name);
  std::getline(text, r.question, '/');
  std::getline(text, r.operation, '/');
  for (std::string part; std::getline(text, part, '/');) {
    const std::size_t colon = part.find(':');
    const std::string value = colon == std::string::npos ? "" : part.substr(colon + 1);
    if (part.starts_with("backend:")) r.backend = value;
    if (part.starts_with("choice:")) r.choice = value;
  }
  return r;
}

inline double seconds_of(const nlohmann::json& run) {
  static const std::map<std::string, double> units{
      {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  return run.at("real_time").get<double>() * units.at(run.at("time_unit").get<std::string>());
}

/// \throws nlohmann::json::exception if this is not what Google Benchmark writes.
inline Results read_results(const nlohmann::json& document) {
  Results results;
  for (const auto& [name, value] : document.at("context").items()) {
    if (name == "kokkos")
      results.kokkos = value.get<std::string>();
    else if (value.is_string())
      results.context.emplace_back(name, value.get<std::string>());
    else if (name == "load_avg" || value.is_number() || value.is_boolean())
      results.context.emplace_back(name, value.dump());
  }
  std::map<std::string, std::vector<double>> seconds;
  std::map<int, std::string> order;  // as they were registered; they ran in random order
  std::map<std::string, Result> found;
  for (const auto& run : document.at("benchmarks")) {
    const std::string name = run.at("run_name").get<std::string>();
    if (run.value("error_occurred", false)) {
      results.failures.push_back(name + ": " + run.value("error_message", ""));
      continue;
    }
    if (run.value("run_type", "") != "iteration") continue;
    if (!seconds.contains(name)) {
      Result r = parse_name(name);
      r.threads = run.at("threads_used").get<int>();
      r.elements = run.at("elements").get<double>();
      r.bytes_per_element = run.at("bytes_per_element").get<double>();
      r.reads = run.value("reads", 0);
      r.writes = run.value("writes", 0);
      found[name] = r;
      order[run.at("family_index").get<int>()] = name;
    }
    seconds[name].push_back(seconds_of(run));
  }
  for (const auto& [index, name] : order) {
    Result& r = found[name];
    r.seconds = median(seconds[name]);
    r.low_seconds = median(seconds[name], 0.25);
    r.high_seconds = median(seconds[name], 0.75);
    r.repetitions = static_cast<int>(seconds[name].size());
    results.all.push_back(r);
  }
  return results;
}

/// The answers as numbers, to stand in bench.json beside what Google Benchmark wrote.
inline nlohmann::json summary(const Results& results) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Result& r : results.all) {
    nlohmann::json row{
        {"question", r.question},      {"operation", r.operation},
        {"backend", r.backend},        {"threads", r.threads},
        {"elements", r.elements},      {"repetitions", r.repetitions},
        {"median_seconds", r.seconds}, {"quartile_seconds", {r.low_seconds, r.high_seconds}}};
    if (!r.choice.empty()) row["choice"] = r.choice;
    if (r.question != "run" || r.operation == "sample_50_steps") {
      row["ns_per_element"] = r.ns_per_element();
      row["bytes_per_element"] = r.bytes_per_element;
      row["gb_per_s"] = r.gb_per_s();
    }
    if (r.question == "operations") {
      const Speed speed(results, r);
      const auto add = [&](const char* name, double other) {
        if (other > 0) row[name] = speed.percent(other);
      };
      add("percent_of_copy", speed.copy);
      add("percent_of_triad", speed.triad);
      add("percent_of_limit", speed.limit);
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace bench_report
