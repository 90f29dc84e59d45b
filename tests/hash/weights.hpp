// SPDX-License-Identifier: MIT
#pragma once

#include "fnv.hpp"
#include <iddpm/sampler.hpp>

#include <cstdint>

/// \file
/// What every solver computes on the host, in double: the timesteps and weights of its stages.

namespace test {

template <class S>
std::uint64_t weights_of(const S& solver, const iddpm::NoiseLevels& levels,
                         const iddpm::Times& times) {
  const iddpm::Path path(levels, times);
  Fnv hash;
  for (int k = 0; k < path.count(); ++k) {
    if constexpr (requires { solver.start(path, k); }) {
      const iddpm::TransitionStart start = solver.start(path, k);
      for (const double number : {start.t, start.scale, start.deviation}) hash.add(number);
    }
    for (const iddpm::Stage& stage : solver.stages(path, k)) {
      hash.add(stage.t);
      for (const iddpm::Combination& sum : stage.writes) {
        for (const double weight : {sum.x_start, sum.eps, sum.noise}) hash.add(weight);
        for (const double weight : sum.reads) hash.add(weight);
      }
    }
  }
  return hash.value();
}

inline std::uint64_t rows_of(const iddpm::NoiseLevels& levels, const iddpm::Times& times) {
  Fnv hash;
  for (std::size_t k = 0; k + 1 < times.size(); ++k)
    for (const double number : iddpm::detail::columns_of(levels.row(times[k], times[k + 1])))
      hash.add(number);
  return hash.value();
}

}  // namespace test
