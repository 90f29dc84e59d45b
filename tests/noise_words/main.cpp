// SPDX-License-Identifier: MIT
// The raw words of the noise on stdout, without end, for a battery of random number tests:
//   noise_words elements 1 | dieharder -a -g 200
//   noise_words transposed 1 | dieharder -a -g 200
#include <iddpm/random/noise_stream.hpp>

#include <charconv>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

// 2^14 blocks at a time, as many as a transposed row has samples.
constexpr std::uint32_t chunk = 1u << 14;
constexpr std::uint64_t steps = 1000;
constexpr std::uint32_t purposes = 12;

bool write(const std::vector<std::uint32_t>& words) {
  return std::fwrite(words.data(), sizeof(words[0]), words.size(), stdout) == words.size();
}

// The elements of sample 0 in order, then those of sample 1, and so on.
void write_elements(const iddpm::NoiseStream& noise) {
  const iddpm::Draw draw = noise.initial();
  std::vector<std::uint32_t> out(4 * chunk);
  for (std::uint64_t sample = 0;; ++sample)
    for (std::uint64_t begin = 0; begin < (std::uint64_t{1} << 32); begin += chunk) {
      for (std::uint32_t i = 0; i < chunk; ++i) {
        const auto four = iddpm::words(draw, sample, static_cast<std::uint32_t>(begin) + i);
        for (std::size_t lane = 0; lane < 4; ++lane) out[4 * i + lane] = four[lane];
      }
      if (!write(out)) return;
    }
}

// One element of 2^14 samples, the next element of its block of four, then the next step, then the
// next purpose, then the next block.
void write_transposed(const iddpm::NoiseStream& noise) {
  std::vector<std::uint32_t> out(4 * chunk);
  for (std::uint32_t block = 0;; ++block)
    for (std::uint32_t purpose = 0; purpose < purposes; ++purpose)
      for (std::uint64_t step = 0; step < steps; ++step) {
        const iddpm::Draw draw = noise.at(static_cast<iddpm::Purpose>(purpose), step);
        for (std::uint32_t sample = 0; sample < chunk; ++sample) {
          const auto four = iddpm::words(draw, sample, block);
          for (std::size_t lane = 0; lane < 4; ++lane) out[lane * chunk + sample] = four[lane];
        }
        if (!write(out)) return;
      }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view order = argc == 3 ? argv[1] : "", seed = argc == 3 ? argv[2] : "";
  iddpm::NoiseStream noise;
  const auto [end, error] = std::from_chars(seed.data(), seed.data() + seed.size(), noise.seed);
  const bool elements = order == "elements", transposed = order == "transposed";
  if (error != std::errc{} || end != seed.data() + seed.size() || !(elements || transposed)) {
    std::fputs("usage: noise_words elements|transposed SEED\n", stderr);
    return 2;
  }
  elements ? write_elements(noise) : write_transposed(noise);
  return 0;
}
