// SPDX-License-Identifier: MIT
// What does a whole run cost around its network? 50 steps of a batch with a network that costs
// nothing, what a step of a small batch takes beside its kernel, and what a launch alone takes.
#include "support/plan.hpp"
#include "support/process.hpp"

#include <chrono>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

constexpr Shape run_shape{64, 3, 32, 32};
constexpr Shape smallest_shape{1, 3, 32, 32}, small_shape{4, 3, 32, 32};
constexpr int run_steps = 50;
constexpr int long_run_steps = 1000;

// The same output at every step: it costs a copy at the first one of a run.
template <class V>
struct Constant {
  V answer;
  mutable bool has_answered = false;

  template <class Exec, class X, class T, class Output>
  void operator()(const Exec& exec, const X&, const T&, const Output& output) const {
    if (!has_answered) Kokkos::deep_copy(exec, output, answer);
    has_answered = true;
  }
};

template <class Exec, class Process>
auto one_run(const Exec& exec, const Process& process, const Shape& shape) {
  const auto& w = workspace<Exec>(shape);
  return [exec, process, w] {
    iddpm::fill_normal(exec, noise.initial(), w.x_out);
    iddpm::sample(exec, process, iddpm::sampler::Ancestral{},
                  Constant<decltype(w.output)>{w.output}, noise, w.x_out);
  };
}

struct Nothing {
  KOKKOS_INLINE_FUNCTION void operator()(int) const {}
};

// The least that a run can take: as many kernels that do nothing.
template <class Exec>
auto empty_run(const Exec& exec) {
  return [exec] {
    for (int i = 0; i < long_run_steps; ++i)
      Kokkos::parallel_for("bench::nothing", Kokkos::RangePolicy<Exec>(exec, 0, 1), Nothing{});
  };
}

// Kokkos' own hooks say when a kernel begins and ends, and wait before each.
struct KernelClock {
  static inline Clock::time_point begin;
  static inline double seconds;

  KernelClock() {
    seconds = 0;
    Kokkos::Tools::Experimental::set_begin_parallel_for_callback(
        [](const char*, std::uint32_t, std::uint64_t*) { begin = Clock::now(); });
    Kokkos::Tools::Experimental::set_end_parallel_for_callback(
        [](std::uint64_t) { seconds += seconds_since(begin); });
  }
  ~KernelClock() {
    Kokkos::Tools::Experimental::set_begin_parallel_for_callback(nullptr);
    Kokkos::Tools::Experimental::set_end_parallel_for_callback(nullptr);
  }
  KernelClock(const KernelClock&) = delete;
  KernelClock& operator=(const KernelClock&) = delete;
};

// Seconds of a step; or, in a run of its own, what of them is in no kernel. The clock's own share
// counts as the latter, so that is never said to be less than it is.
template <class Exec, class Call>
Run per_step(const Exec& exec, Call call, bool beside_kernels) {
  return [exec, call, beside_kernels](std::size_t calls) {
    const auto run = [&] {
      const auto begin = Clock::now();
      for (std::size_t i = 0; i < calls; ++i) call();
      exec.fence("bench::per_step");
      return seconds_since(begin);
    };
    if (!beside_kernels) return run() / long_run_steps;
    const KernelClock clock;
    const double seconds = run();
    return (seconds - KernelClock::seconds) / long_run_steps;
  };
}

template <class W, class Make>
void add_step(Cases& cases, const W& worker, const std::string& name, const Shape& shape,
              const Make& make, bool beside_kernels = false) {
  cases.push_back(
      {"run",
       name,
       "",
       worker.exec.name(),
       worker.threads,
       count(shape),
       {3, 1},
       headline_repetitions,
       1,
       true,
       [worker, make, beside_kernels] { return per_step(worker.exec, make(), beside_kernels); }});
}

}  // namespace

void add_runs(Cases& cases) {
  for_each_worker([&](const auto& worker) {
    if (!worker.is_whole) return;
    using Exec = typename std::decay_t<decltype(worker)>::execution_space;
    cases.push_back({"run",
                     "sample_50_steps",
                     "",
                     worker.exec.name(),
                     worker.threads,
                     run_steps * count(run_shape),
                     {3, 1},
                     headline_repetitions,
                     1,
                     false,
                     [worker] {
                       const auto process = LearnedVariance<Exec>{schedule()}.respaced("50");
                       return repeated(worker.exec, one_run(worker.exec, process, run_shape));
                     }});
    const auto run = [worker](const Shape& shape) {
      return [worker, shape] {
        return one_run(worker.exec, LearnedVariance<Exec>{schedule()}, shape);
      };
    };
    add_step(cases, worker, "step", smallest_shape, run(smallest_shape));
    add_step(cases, worker, "step_beside_kernel", smallest_shape, run(smallest_shape), true);
    add_step(cases, worker, "step_of_4", small_shape, run(small_shape));
    add_step(cases, worker, "launch", {1, 1, 1, 1}, [worker] { return empty_run(worker.exec); });
  });
}

}  // namespace bench
