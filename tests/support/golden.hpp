// SPDX-License-Identifier: MIT
#pragma once

#include "support/values.hpp"
#include <iddpm/core/tensor.hpp>
#include <iddpm/io/npy.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/mean/previous_x.hpp>
#include <iddpm/parametrization/mean/start_x.hpp>
#include <iddpm/parametrization/variance/fixed_large.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/parametrization/variance/learned.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/respaced.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

/// \file
/// The reference's own numbers (tests/golden) and the processes that they belong to.

namespace golden {

using Exec = Kokkos::DefaultExecutionSpace;
using test::values;

inline std::string path(const std::string& name) { return IDDPM_GOLDEN_DIR "/" + name + ".npy"; }

template <class R, std::size_t Rank>
iddpm::Tensor<R, Rank, Exec> load(const std::string& name) {
  const Exec exec;
  const auto stored = iddpm::io::read_npy<double, Rank>(exec, path(name));
  iddpm::Tensor<R, Rank, Exec> view("golden", stored.layout());
  Kokkos::deep_copy(exec, view, stored);
  exec.fence();
  return view;
}

inline Kokkos::View<int*, Exec> load_timesteps(const std::string& name) {
  const Exec exec;
  const auto stored = iddpm::io::read_npy<std::int64_t, 1>(exec, path(name));
  const auto host_stored = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, stored);
  Kokkos::View<int*, Exec> view("timesteps", stored.extent(0));
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t i = 0; i < host.extent(0); ++i) host(i) = static_cast<int>(host_stored(i));
  Kokkos::deep_copy(view, host);
  return view;
}

/// The largest error, relative to the reference's largest magnitude.
inline double error(const std::vector<double>& found, const std::vector<double>& reference) {
  if (found.size() != reference.size()) return HUGE_VAL;
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(reference[i]));
    const double d = std::abs(found[i] - reference[i]);
    difference = d <= difference ? difference : d;  // keeps NaN
  }
  return largest > 0 ? difference / largest : difference;
}

template <class V>
double error(const V& view, const std::string& name) {
  return error(values(view), values(load<double, V::rank()>(name)));
}

/// Of losses, gradients and bounds; of one step.
template <class R>
constexpr double tolerance = sizeof(R) == 4 ? 2e-5 : 1e-10;
template <class R>
constexpr double step_tolerance = sizeof(R) == 4 ? 2e-5 : 1e-11;

/// Calls `f.template operator()<Mean, Variance>(name)` for all twelve parametrizations.
template <class F>
void for_each_parametrization(F&& f) {
  namespace mean = iddpm::mean;
  namespace variance = iddpm::variance;
  const auto with_variances = [&]<class Mean>(const std::string& name) {
    f.template operator()<Mean, variance::FixedSmall>(name + "-fixed_small");
    f.template operator()<Mean, variance::FixedLarge>(name + "-fixed_large");
    f.template operator()<Mean, variance::Learned>(name + "-learned");
    f.template operator()<Mean, variance::LearnedRange>(name + "-learned_range");
  };
  with_variances.template operator()<mean::Epsilon>("epsilon");
  with_variances.template operator()<mean::StartX>("start_x");
  with_variances.template operator()<mean::PreviousX>("previous_x");
}

/// Every processing of x_0 that the golden steps use, as one type: x_0 times `scale`, clipped to
/// [-bound, bound]. One type instead of three keeps the tests' compile time down.
struct Processing {
  double scale = 1, bound = 1;

  template <iddpm::Real R>
  KOKKOS_INLINE_FUNCTION R operator()(R x) const {
    const R scaled = static_cast<R>(scale) * x, limit = static_cast<R>(bound);
    return scaled < -limit ? -limit : (scaled > limit ? limit : scaled);
  }
};

inline constexpr Processing clipped{1, 1}, unclipped{1, HUGE_VAL}, shrunk{0.9, 1};

struct NamedSchedule {
  std::string name;
  iddpm::schedule::Custom schedule;
};

/// The betas of the four golden schedules, by folder. One type serves all: steps see betas only.
inline std::vector<NamedSchedule> schedules() {
  namespace schedule = iddpm::schedule;
  const schedule::Linear linear{1000};
  const schedule::Cosine cosine{1000};
  return {{"linear_1000", schedule::Custom(linear.betas())},
          {"linear_1000_50", schedule::Custom(schedule::Respaced(linear, "50").betas())},
          {"cosine_1000", schedule::Custom(cosine.betas())},
          {"cosine_1000_ddim50", schedule::Custom(schedule::Respaced(cosine, "ddim50").betas())}};
}

/// The inputs of one golden step: a batch of 4 samples (3, 4, 4), each with its own t.
template <class R>
struct Step {
  explicit Step(const std::string& folder)
      : name(folder + "/"),
        t(load_timesteps(name + "t")),
        x_start(load<R, 4>(name + "x_start")),
        noise(load<R, 4>(name + "noise")),
        x_t(load<R, 4>(name + "x_t")),
        model_output(load<R, 4>(name + "model_output")),
        step_noise(load<R, 4>(name + "step_noise")) {}

  /// An uninitialised output like x_t.
  [[nodiscard]] iddpm::Tensor<R, 4, Exec> output() const {
    return iddpm::Tensor<R, 4, Exec>("output", x_t.layout());
  }

  std::string name;
  Kokkos::View<int*, Exec> t;
  iddpm::Tensor<R, 4, Exec> x_start, noise, x_t, model_output, step_noise;
};

/// Calls `f(process, step)` for every schedule and compute type of one parametrization.
template <class Mean, class Variance, class Loss, class F>
void for_each_step(const std::string& parametrization, F&& f) {
  for (const NamedSchedule& named : schedules()) {
    const iddpm::GaussianDiffusion<iddpm::schedule::Custom, Mean, Variance, Loss, Exec> process(
        named.schedule);
    f(process, Step<double>("steps/" + named.name + "/" + parametrization));
    f(process, Step<float>("steps/" + named.name + "/" + parametrization));
  }
}

}  // namespace golden
