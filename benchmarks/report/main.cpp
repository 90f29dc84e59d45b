// SPDX-License-Identifier: MIT
// bench_report GOOGLE.json DIR: prints what Google Benchmark measured as tables and writes
// DIR/bench.json (its JSON and our summary) and DIR/bench.html. What lies in DIR as peers.json and
// compile_time.json gets its place on the page.
#include "page.hpp"
#include "read.hpp"
#include "terminal.hpp"
#include <iddpm/io/atomic_file.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>

namespace {

// Null where there is no such file.
nlohmann::json read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return file ? nlohmann::json::parse(file) : nlohmann::json();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "bench_report GOOGLE.json DIR\n");
    return 1;
  }
  try {
    const std::filesystem::path folder = argv[2];
    nlohmann::json document = read(argv[1]);
    const auto results = bench_report::read_results(document);
    bench_report::print(results);
    document["summary"] = bench_report::summary(results);
    iddpm::io::write_file(folder / "bench.json", document.dump(1) + "\n");
    iddpm::io::write_file(folder / "bench.html",
                          bench_report::make_page(results, read(folder / "peers.json"),
                                                  read(folder / "compile_time.json")));
    std::printf("\n%s\n%s\n", (folder / "bench.json").c_str(), (folder / "bench.html").c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_report: %s\n", error.what());
    return 1;
  }
}
