// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/mp.hpp"
#include <iddpm/random/noise_stream.hpp>
#include <iddpm/random/normal.hpp>
#include <iddpm/random/uniform.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

/// \file
/// Fixed inputs: the library's own noise, rounded to the compute type before anything is computed.

namespace accuracy {

/// A float or double as it is.
template <class R>
Mp exactly(R x) {
  return static_cast<double>(x);
}

/// `count` standard normals of one sample of the noise of one step.
template <class R>
std::vector<R> normals(std::uint32_t step, std::uint64_t sample, std::size_t count) {
  const iddpm::Draw draw = iddpm::NoiseStream{.seed = 20261123}.user(step);
  std::vector<R> values;
  for (std::uint32_t block = 0; values.size() < count; ++block)
    for (std::size_t lane = 0; lane < 4; ++lane)
      values.push_back(static_cast<R>(iddpm::normals<double>(draw, sample, block)[lane]));
  values.resize(count);
  return values;
}

/// `count` numbers between low and high.
template <class R>
std::vector<R> uniforms(double low, double high, std::uint64_t sample, std::size_t count) {
  const iddpm::Draw draw = iddpm::NoiseStream{.seed = 20261123}.user(0);
  std::vector<R> values;
  for (std::uint32_t block = 0; values.size() < count; ++block)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const double unit = iddpm::uniform_unit(iddpm::words(draw, sample, block)[lane]);
      values.push_back(static_cast<R>(low + (high - low) * unit));
    }
  values.resize(count);
  return values;
}

/// The levels of 8-bit data in [-1, 1], again and again.
template <class R>
std::vector<R> levels(std::size_t count) {
  std::vector<R> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(static_cast<R>(static_cast<double>(i % 256) / 127.5 - 1));
  return values;
}

}  // namespace accuracy
