// SPDX-License-Identifier: MIT
// What does one transition of a sampler cost? With the noise made in registers, and for other
// layouts, number types and timesteps.
#include "support/plan.hpp"
#include "support/process.hpp"

namespace bench {
namespace {

template <class T, class Layout = Kokkos::LayoutRight>
auto p_sample(bool per_sample) {
  return [per_sample](const auto& worker, const Shape& shape) {
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    const auto& w = workspace<Exec, T, Layout>(shape);
    const LearnedVariance<Exec> process{schedule()};
    using Timesteps = iddpm::Timesteps<LearnedVariance<Exec>>;
    const Timesteps t = per_sample ? Timesteps(w.t) : Timesteps(middle_timestep);
    return [exec = worker.exec, process, w, t] {
      iddpm::p_sample(exec, process, w.x_t, t, w.output, noise.sampler(17), w.x_out);
    };
  };
}

auto p_sample_fixed() {
  return [](const auto& worker, const Shape& shape) {
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    const auto& w = workspace<Exec>(shape);
    const FixedVariance<Exec> process{schedule()};
    return [exec = worker.exec, process, w] {
      iddpm::p_sample(exec, process, w.x_t, middle_timestep, w.mean_output, noise.sampler(17),
                      w.x_out);
    };
  };
}

auto ddim_sample() {
  return [](const auto& worker, const Shape& shape) {
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    const auto& w = workspace<Exec>(shape);
    const FixedVariance<Exec> process{schedule()};
    return [exec = worker.exec, process, w] {
      iddpm::ddim_sample(exec, process, w.x_t, middle_timestep, w.mean_output, 0.0,
                         noise.sampler(17), w.x_out);
    };
  };
}

}  // namespace

void add_sampling(Cases& cases) {
  for_each_worker([&](const auto& worker) {
    constexpr Traffic learned{3, 1}, fixed{2, 1};
    add_operation(cases, worker, "p_sample", learned, true, p_sample<float>(false));
    add_operation(cases, worker, "p_sample_fixed", fixed, false, p_sample_fixed());
    add_operation(cases, worker, "ddim_sample", fixed, true, ddim_sample());
    add_choice(cases, worker, "p_sample", "t per sample", learned, p_sample<float>(true));
    add_choice(cases, worker, "p_sample", "LayoutLeft", learned,
               p_sample<float, Kokkos::LayoutLeft>(false));
    add_choice(cases, worker, "p_sample", "double", {3, 1, 8}, p_sample<double>(false));
    add_choice(cases, worker, "p_sample", "float16", {3, 1, 2}, p_sample<iddpm::float16>(false));
  });
}

}  // namespace bench
