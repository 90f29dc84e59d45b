// SPDX-License-Identifier: MIT
// What does a solver's transition cost? Steps from the middle of a run whose network costs nothing,
// against the values that the algorithm must move.
#include "support/plan.hpp"
#include "support/process.hpp"

#include <memory>
#include <utility>

namespace bench {
namespace {

// The same output at every call: it costs a copy where a run begins, into each of its buffers.
template <class V>
struct Constant {
  V answer;
  mutable int copies = 0;

  template <class Exec, class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& output) const {
    if (copies++ < 4) Kokkos::deep_copy(exec, output, answer);
  }
};

// A transition per call; a run that is over begins again.
template <class Process, class S>
auto transitions(const S& sampler) {
  return [sampler](const auto& worker, const Shape& shape) {
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    const auto begin = [exec = worker.exec, sampler, w = workspace<Exec>(shape)] {
      const Process process{schedule()};
      auto run = iddpm::progressive(
          exec, process, sampler, Constant<decltype(w.mean_output)>{w.mean_output}, noise, w.x_out);
      for (int k = 0; k < 4; ++k) run.advance();
      return run;
    };
    auto run = std::make_shared<decltype(begin())>(begin());
    return [run, begin] {
      if (!run->advance()) *run = begin();
    };
  };
}

}  // namespace

void add_solvers(Cases& cases) {
  for_each_worker([&](const auto& worker) {
    if (!worker.is_whole) return;
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    using Epsilon = FixedVariance<Exec>;
    using StartX = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::StartX,
                                            iddpm::variance::FixedLarge, iddpm::loss::Mse, Exec>;
    const auto add = [&](const char* name, const Traffic& traffic, const auto& make) {
      add_operation(cases, worker, name, traffic, false, make);
    };
    add("ddim", {2, 1}, transitions<Epsilon>(iddpm::sampler::Ddim{0.0}));
    add("dpm_solver_plus_plus", {3, 2}, transitions<Epsilon>(iddpm::sampler::DpmSolverPlusPlus{}));
    add("dpm_solver_plus_plus_x_0", {3, 1},
        transitions<StartX>(iddpm::sampler::DpmSolverPlusPlus{}));
    add("unipc_3", {5, 3}, transitions<Epsilon>(iddpm::sampler::UniPc{3}));
    add("heun", {5, 2}, transitions<Epsilon>(iddpm::sampler::Heun{}));
    add("dpm_solver_3", {8, 5}, transitions<Epsilon>(iddpm::sampler::DpmSolver3{}));
  });
}

}  // namespace bench
