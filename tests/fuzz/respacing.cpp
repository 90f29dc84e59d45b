// SPDX-License-Identifier: MIT
// A respacing string, after two bytes that say how many timesteps there are.
#include "reader.hpp"
#include <iddpm/schedule/respaced.hpp>

void fuzz::read(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const int num_timesteps =
      static_cast<unsigned char>(bytes[0]) % 32 * 256 + static_cast<unsigned char>(bytes[1]);
  const auto kept = iddpm::schedule::space_timesteps(num_timesteps, bytes.substr(2));
  expect(!kept.empty(), "a respacing that keeps nothing");
  int previous = -1;
  for (const int t : kept) {
    expect(t > previous && t < num_timesteps, "timesteps that do not rise inside 0 .. T - 1");
    previous = t;
  }
}
