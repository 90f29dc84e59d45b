// SPDX-License-Identifier: MIT
// Runs a reader on its seeds and on changed ones, without libFuzzer: <program> <folder> <runs>.
// The same inputs every time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t count) { return random() % count; }

std::vector<std::string> seeds_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry);
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return seeds;
}

// One change: a byte, a digit, a cut, a repetition, or the rest of another seed.
void change(Random& random, std::string& bytes, const std::vector<std::string>& seeds) {
  const std::size_t at = below(random, bytes.size() + 1), size = below(random, 9);
  switch (below(random, 6)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(below(random, 256));
      break;
    case 1:
      bytes.insert(at, 1, "0123456789,()<>' \n"[below(random, 18)]);
      break;
    case 2:
      bytes.erase(at, size);
      break;
    case 3:
      bytes.insert(at, bytes.substr(at, size));
      break;
    case 4:
      bytes.resize(at);
      break;
    default: {
      const std::string& other = seeds[below(random, seeds.size())];
      bytes.replace(at, std::string::npos, other.substr(std::min(at, other.size())));
    }
  }
}

void run(const std::string& bytes) {
  // A copy of its own length, so that a sanitizer sees a read beyond it.
  const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(data.data(), data.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s <seeds> <runs>\n", argv[0]), 2;
  const std::vector<std::string> seeds = seeds_of(argv[1]);
  if (seeds.empty()) return std::fprintf(stderr, "no seeds in %s\n", argv[1]), 2;
  for (const std::string& seed : seeds) run(seed);
  Random random(20261126);
  const long runs = std::atol(argv[2]);
  for (long i = 0; i < runs; ++i) {
    std::string bytes = seeds[below(random, seeds.size())];
    for (std::size_t changes = 1 + below(random, 4); changes > 0; --changes)
      change(random, bytes, seeds);
    run(bytes);
  }
  std::printf("%zu seeds and %ld inputs made from them were read, or refused with a sentence\n",
              seeds.size(), runs);
}
