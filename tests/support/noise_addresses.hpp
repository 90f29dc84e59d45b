// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/random/noise_stream.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

/// \file
/// golden/exact/noise.json: the words and the normals, to 25 digits, of 64 addresses.

namespace test {

struct NoiseAddress {
  iddpm::Draw draw;  ///< of batch slot 0
  std::uint32_t block;
  Kokkos::Array<std::uint32_t, 4> words;
  Kokkos::Array<long double, 4> normals;
};

inline std::vector<NoiseAddress> noise_addresses() {
  const auto number = [](const nlohmann::json& text) {
    return std::uint64_t{std::stoull(text.get<std::string>())};
  };
  std::ifstream file(IDDPM_GOLDEN_DIR "/exact/noise.json");
  std::vector<NoiseAddress> addresses;
  for (const auto& entry : nlohmann::json::parse(file)) {
    const iddpm::NoiseStream noise{.seed = number(entry["seed"]),
                                   .first_sample = number(entry["sample"])};
    const auto purpose = static_cast<iddpm::Purpose>(entry["purpose"].get<std::uint32_t>());
    NoiseAddress address{noise.at(purpose, entry["step"].get<std::uint64_t>()),
                         static_cast<std::uint32_t>(number(entry["first_element"]) / 4),
                         {},
                         {}};
    for (std::size_t lane = 0; lane < 4; ++lane) {
      address.words[lane] = entry["words"][lane].get<std::uint32_t>();
      address.normals[lane] = std::stold(entry["normals"][lane].get<std::string>());
    }
    addresses.push_back(address);
  }
  return addresses;
}

}  // namespace test
