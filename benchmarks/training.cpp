// SPDX-License-Identifier: MIT
// What does training cost beside the network: the noising of a batch, a loss, its gradient? With a
// timestep per sample, as training has it, and the noise made in registers.
#include "support/plan.hpp"
#include "support/process.hpp"

namespace bench {
namespace {

template <class T, class Layout = Kokkos::LayoutRight>
auto q_sample(bool per_sample = true) {
  return [per_sample](const auto& worker, const Shape& shape) {
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    const auto& w = workspace<Exec, T, Layout>(shape);
    const LearnedVariance<Exec> process{schedule()};
    using Timesteps = iddpm::Timesteps<LearnedVariance<Exec>>;
    const Timesteps t = per_sample ? Timesteps(w.t) : Timesteps(middle_timestep);
    return [exec = worker.exec, process, w, t] {
      iddpm::q_sample(exec, process, w.x_start, t, noise.training(3), w.x_out);
    };
  };
}

template <template <class> class Process, class T, class Layout = Kokkos::LayoutRight>
auto loss(bool wants_gradient, bool per_sample = true) {
  return [wants_gradient, per_sample](const auto& worker, const Shape& shape) {
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    const auto& w = workspace<Exec, T, Layout>(shape);
    const Process<Exec> process{schedule()};
    using Timesteps = iddpm::Timesteps<Process<Exec>>;
    const Timesteps t = per_sample ? Timesteps(w.t) : Timesteps(middle_timestep);
    const auto gradient = wants_gradient ? w.gradient : decltype(w.gradient)();
    return [exec = worker.exec, process, w, t, gradient] {
      using Column = decltype(w.loss);
      iddpm::training_losses(exec, process, w.x_start, w.x_t, t, noise.training(3), w.output, 1.0f,
                             iddpm::TrainingLosses<Column>{w.loss, Column(), Column()}, gradient);
    };
  };
}

}  // namespace

void add_training(Cases& cases) {
  for_each_worker([&](const auto& worker) {
    constexpr Traffic noising{1, 1}, value{4, 0}, gradient{4, 2};
    using Kokkos::LayoutLeft;
    add_operation(cases, worker, "q_sample", noising, true, q_sample<float>());
    add_operation(cases, worker, "hybrid_loss", value, false, loss<LearnedVariance, float>(false));
    add_operation(cases, worker, "hybrid_loss_gradient", gradient, true,
                  loss<LearnedVariance, float>(true));
    add_operation(cases, worker, "kl_loss_gradient", gradient, false,
                  loss<TrainedOnBound, float>(true));
    add_choice(cases, worker, "q_sample", "one t", noising, q_sample<float>(false));
    add_choice(cases, worker, "q_sample", "LayoutLeft", noising, q_sample<float, LayoutLeft>());
    add_choice(cases, worker, "q_sample", "double", {1, 1, 8}, q_sample<double>());
    add_choice(cases, worker, "q_sample", "float16", {1, 1, 2}, q_sample<iddpm::float16>());
    add_choice(cases, worker, "hybrid_loss_gradient", "one t", gradient,
               loss<LearnedVariance, float>(true, false));
    add_choice(cases, worker, "hybrid_loss_gradient", "LayoutLeft", gradient,
               loss<LearnedVariance, float, LayoutLeft>(true));
    add_choice(cases, worker, "hybrid_loss_gradient", "double", {4, 2, 8},
               loss<LearnedVariance, double>(true));
    add_choice(cases, worker, "hybrid_loss_gradient", "float16", {4, 2, 2},
               loss<LearnedVariance, iddpm::float16>(true));
  });
}

}  // namespace bench
