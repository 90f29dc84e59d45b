// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/sampler/stage.hpp>

#include <cstddef>

namespace iddpm::detail {

// A sum that is the processed x_0 itself, and so may be kept as the output it came from.
inline bool is_x_start(const Combination& sum) {
  return sum.x_start == 1 && sum.eps == 0 && sum.noise == 0 && sum.reads[0] == 0 &&
         sum.reads[1] == 0 && sum.reads[2] == 0;
}

/// Does a stage use no more than its solver's shape says? By the shape alone, so that a solver runs
/// for every mean type or for none.
inline bool keeps_to_shape(const SolverShape& shape, const Stage& stage) {
  const int kept = static_cast<int>(shape.kept);
  const int states = kept - static_cast<int>(shape.x_start_history);
  const auto is_state = [&](int buffer) { return buffer >= 0 && buffer <= states; };
  bool keeps = is_state(stage.at) && is_state(stage.writes[0].to);
  keeps = keeps && (shape.repeats || stage.tolerance == 0);
  const bool has_change = stage.writes[1].to > 0 && stage.writes[1].to <= states;
  keeps = keeps && (stage.tolerance == 0 || has_change);
  std::size_t x_starts = 0;
  for (std::size_t i = 0; i < stage.writes.size(); ++i) {
    const Combination& sum = stage.writes[i];
    keeps = keeps && sum.to <= (i < shape.writes ? kept : -1);
    keeps = keeps && (shape.is_stochastic || sum.noise == 0);
    if (sum.to > states) keeps = keeps && is_x_start(sum) && ++x_starts == 1;
    for (std::size_t read = 0; read < sum.reads.size(); ++read)
      keeps = keeps && (stage.reads[read] >= 0 || sum.reads[read] == 0);
  }
  for (std::size_t i = 0; i < stage.writes.size(); ++i) {
    const int read = stage.reads[i];
    if (read < 0) continue;
    const bool is_history = i + shape.x_start_history >= shape.reads;
    keeps = keeps && i < shape.reads && read <= kept && is_history == (read > states);
  }
  return keeps;
}

}  // namespace iddpm::detail
