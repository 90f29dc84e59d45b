// SPDX-License-Identifier: MIT
// What does a normal number cost?
#include "support/plan.hpp"
#include "support/process.hpp"

namespace bench {
namespace {

template <class T>
auto fill_normal() {
  return [](const auto& worker, const Shape& shape) {
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    const auto& w = workspace<Exec, T>(shape);
    return [exec = worker.exec, w] { iddpm::fill_normal(exec, noise.initial(), w.x_out); };
  };
}

}  // namespace

void add_noise(Cases& cases) {
  for_each_worker([&](const auto& worker) {
    add_operation(cases, worker, "fill_normal", {0, 1}, true, fill_normal<float>());
    add_choice(cases, worker, "fill_normal", "double", {0, 1, 8}, fill_normal<double>());
    add_choice(cases, worker, "fill_normal", "float16", {0, 1, 2}, fill_normal<iddpm::float16>());
  });
}

}  // namespace bench
