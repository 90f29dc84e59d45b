// SPDX-License-Identifier: MIT
#pragma once

#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>

/// \file
/// The golden loops: whole runs with a closed-form network and recorded noise.

namespace golden {

/// out = 0.4 x + 0.2 sin(2 x) + 1e-4 t; where the variance is learned, its half is 0.8 tanh(x).
struct ClosedFormNet {
  template <class X, class T, class Output>
  struct Kernel {
    X x;
    T t;
    Output out;

    KOKKOS_FUNCTION void operator()(std::size_t i, std::size_t c, std::size_t h,
                                    std::size_t w) const {
      using R = typename X::non_const_value_type;
      const R value = x(i, c, h, w);
      out(i, c, h, w) = R(0.4) * value + R(0.2) * Kokkos::sin(R(2) * value) + R(1e-4) * t(i);
      if (out.extent(1) > x.extent(1)) out(i, c + x.extent(1), h, w) = R(0.8) * Kokkos::tanh(value);
    }
  };

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& t, const Output& out) const {
    Kokkos::parallel_for(
        "golden::closed_form_net",
        Kokkos::MDRangePolicy<Exec, Kokkos::Rank<4>>(
            exec, {0, 0, 0, 0}, {x.extent(0), x.extent(1), x.extent(2), x.extent(3)}),
        Kernel<X, T, Output>{x, t, out});
  }
};

/// Recorded noise: entry k of a (T, B, C, H, W) View belongs to transition k, at t = T - 1 - k.
template <class R>
struct RecordedNoise {
  iddpm::Tensor<R, 5, Exec> noises;

  [[nodiscard]] auto sampler(std::uint64_t k) const {
    return Kokkos::subview(noises, k, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL);
  }

  [[nodiscard]] auto likelihood(std::uint64_t t) const { return sampler(noises.extent(0) - 1 - t); }
};

/// Calls `f(R{}, process, folder)` for every golden loop and compute type.
template <class F>
void for_each_loop(F&& f) {
  namespace schedule = iddpm::schedule;
  for_each_parametrization([&]<class Mean, class Variance>(const std::string& name) {
    const auto run = [&](const auto& schedule, const char* spec, const std::string& folder) {
      const iddpm::GaussianDiffusion<std::remove_cvref_t<decltype(schedule)>, Mean, Variance,
                                     iddpm::loss::Mse, Exec>
          process(schedule, true);
      f(double{}, process.respaced(spec), "loops/" + folder + "/" + name);
      f(float{}, process.respaced(spec), "loops/" + folder + "/" + name);
    };
    run(schedule::Cosine{1000}, "20", "cosine_1000_20");
    run(schedule::Cosine{400}, "8,12", "cosine_400_8-12");
    run(schedule::Linear{1000}, "15", "linear_1000_15");
  });
}

}  // namespace golden
