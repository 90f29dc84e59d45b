// SPDX-License-Identifier: MIT
// Measures everything in this folder under Google Benchmark, for every backend of this Kokkos, in
// one process and in random order. `bench --help` has Google Benchmark's options;
// `bench --serve` answers a program that compares (see support/serve.hpp).
#include "support/case.hpp"
#include "support/context.hpp"
#include "support/serve.hpp"

#include <Kokkos_Core.hpp>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

using bench::Case;
using bench::Cases;

// Where we are, on a terminal: Google Benchmark reports at the end of all repetitions.
void show_progress(const std::string& name) {
  static const bool is_terminal = isatty(STDERR_FILENO) != 0;
  static const auto begin = std::chrono::steady_clock::now();
  if (!is_terminal) return;
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
  std::fprintf(stderr, "\r\033[K%4d s  %s", static_cast<int>(seconds.count()), name.c_str());
}

void measure(benchmark::State& state, const Case& c, bench::Run& run) {
  show_progress(c.name());
  try {
    if (!run) {
      run = c.prepare();
      run(c.calls_per_fence);
    }
    const auto calls = static_cast<benchmark::IterationCount>(c.calls_per_fence);
    while (state.KeepRunningBatch(calls)) {
      const double seconds = run(c.calls_per_fence);
      if (c.has_own_clock) state.SetIterationTime(seconds);
    }
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
  state.counters["elements"] = static_cast<double>(c.elements);
  state.counters["threads_used"] = c.threads;
  state.counters["bytes_per_element"] = c.traffic.bytes();
  // Not where they are 0: their coefficient of variation would be NaN, which is no JSON.
  if (c.traffic.reads > 0) state.counters["reads"] = c.traffic.reads;
  if (c.traffic.writes > 0) state.counters["writes"] = c.traffic.writes;
}

void register_case(const Case& c, bench::Run& run) {
  auto* registered = benchmark::RegisterBenchmark(
      c.name().c_str(), [&c, &run](benchmark::State& state) { measure(state, c, run); });
  registered->Unit(benchmark::kMillisecond);
  if (c.repetitions > 0) registered->Repetitions(c.repetitions);
  if (c.has_own_clock)
    registered->UseManualTime()->Iterations(5);
  else
    registered->UseRealTime()->MinTime(0.02);
}

Cases all_cases() {
  Cases cases;
  bench::add_stream(cases);
  bench::add_noise(cases);
  bench::add_sampling(cases);
  bench::add_training(cases);
  bench::add_runs(cases);
  bench::add_solvers(cases);
  return cases;
}

// With a file to write, the answer is what the report prints of it.
class Silent : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  const Cases cases = all_cases();
  if (argc == 2 && std::string_view(argv[1]) == "--serve") {
    bench::serve(cases);
    return 0;
  }
  // Enough alternations for a median that the next run finds again; the user's options come later.
  std::string interleaved = "--benchmark_enable_random_interleaving=true";
  std::string repetitions = "--benchmark_repetitions=21";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, {interleaved.data(), repetitions.data()});
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  for (const auto& [name, value] : bench::context()) benchmark::AddCustomContext(name, value);
  std::vector<bench::Run> runs(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) register_case(cases[i], runs[i]);
  const std::string_view out = "--benchmark_out=";
  const bool to_file = std::any_of(argv, argv + argc, [&](const char* argument) {
    return std::string_view(argument).substr(0, out.size()) == out;
  });
  Silent silent;
  benchmark::RunSpecifiedBenchmarks(to_file ? &silent : nullptr);
  if (isatty(STDERR_FILENO)) std::fprintf(stderr, "\r\033[K");
  benchmark::Shutdown();
}
