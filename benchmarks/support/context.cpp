// SPDX-License-Identifier: MIT
#include "context.hpp"

#include <iddpm/random/noise_stream.hpp>
#include <iddpm/version.hpp>

#include <Kokkos_Core.hpp>

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

namespace bench {
namespace {

// The first line that a command prints, or nothing.
std::string first_line(const std::string& command) {
  std::string text;
  if (std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r")) {
    std::array<char, 256> buffer;
    if (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe)) text = buffer.data();
    pclose(pipe);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string git_state() {
  const std::string git = "git -C '" IDDPM_BENCH_SOURCE "' ";
  const std::string commit = first_line(git + "rev-parse HEAD");
  if (commit.empty()) return "unknown";
  return commit + (first_line(git + "status --porcelain").empty() ? "" : ", with changes");
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string system_name() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release + " " + name.machine
                           : "unknown";
}

std::string vector_extensions() {
  std::string text;
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx2")) text += "AVX2 ";
  if (__builtin_cpu_supports("fma")) text += "FMA ";
  if (__builtin_cpu_supports("avx512f")) text += "AVX-512F ";
#endif
  return text.empty() ? "not asked for" : text.substr(0, text.size() - 1);
}

std::string memory() {
  const double bytes =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f GiB", bytes / (1 << 30));
  return text.data();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> context() {
  std::ostringstream kokkos;
  Kokkos::print_configuration(kokkos, true);
  return {
      {"iddpm", std::to_string(IDDPM_VERSION_MAJOR) + "." + std::to_string(IDDPM_VERSION_MINOR) +
                    "." + std::to_string(IDDPM_VERSION_PATCH)},
      {"git", git_state()},
      {"processor", processor()},
      {"processors_online", std::to_string(std::thread::hardware_concurrency())},
      {"vector_extensions", vector_extensions()},
      {"memory", memory()},
      {"system", system_name()},
      {"compiler", IDDPM_BENCH_COMPILER},
      {"flags", IDDPM_BENCH_FLAGS},
      {"build_type", IDDPM_BENCH_BUILD_TYPE},
      {"default_backend", Kokkos::DefaultExecutionSpace::name()},
      {"kokkos", kokkos.str()}};
}

}  // namespace bench
