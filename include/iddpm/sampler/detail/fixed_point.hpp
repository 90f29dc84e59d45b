// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/process/network_timesteps.hpp>

#include <cstddef>
#include <type_traits>

namespace iddpm::detail {

template <class V>
struct Fill {
  V view;
  double value;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i) const { view(i) = value; }
};

template <class B>
struct AddSquares {
  B change, x;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin, std::size_t end,
                                         Sums<2>& sums) const {
    for (std::size_t e = begin; e < end; ++e) {
      const auto d = static_cast<double>(change(sample, e)), of = static_cast<double>(x(sample, e));
      sums.value[0] = Kokkos::fma(d, d, sums.value[0]);
      sums.value[1] = Kokkos::fma(of, of, sums.value[1]);
    }
  }
};

template <class V>
struct Settle {
  V residual, active;
  double tolerance;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<2>& sums) const {
    const double r = sums.value[0] == 0 ? 0 : Kokkos::sqrt(sums.value[0] / sums.value[1]);
    residual(sample) = r;
    if (r <= tolerance) active(sample) = -1;
  }
};

template <class V>
struct ReadBack {
  V view;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i, double& largest) const {
    // A NaN, which is larger than nothing, is what nothing converges to.
    const double value = view(i) == view(i) ? view(i) : Kokkos::Experimental::infinity_v<double>;
    if (value > largest) largest = value;
  }
};

/// Which samples of a batch still iterate: each until its own change is small, so that its bits do
/// not depend on the others.
template <ExecutionSpace Exec>
class FixedPoint {
 public:
  FixedPoint(const Exec& exec, std::size_t samples)
      : residual_(Kokkos::view_alloc(exec, "iddpm::sampler::residual"), samples),
        active_(Kokkos::view_alloc(exec, "iddpm::sampler::active"), samples) {}

  /// All samples iterate.
  void begin(const Exec& exec) const {
    Kokkos::parallel_for("iddpm::sampler::fixed_point", range(exec), Fill<V>{active_, 1});
  }

  /// Samples that do not iterate any more wait.
  [[nodiscard]] Waiting waiting() const { return {active_.data(), 0}; }

  /// The largest |change| / |x| of a sample, waited for; samples where it is within the tolerance
  /// stop.
  template <View X>
  [[nodiscard]] double settle(const Exec& exec, const X& change, const X& x,
                              double tolerance) const {
    visit_batches(
        "sample",
        [&](const auto& d, const auto& of) {
          reduce_samples<2>("iddpm::sampler::fixed_point", exec, of,
                            AddSquares<std::decay_t<decltype(of)>>{d, of},
                            Settle<V>{residual_, active_, tolerance});
        },
        change, x);
    double largest = 0;
    Kokkos::parallel_reduce("iddpm::sampler::fixed_point", range(exec), ReadBack<V>{residual_},
                            Kokkos::Max<double>(largest));
    return largest;
  }

 private:
  using V = Tensor<double, 1, Exec>;

  [[nodiscard]] SizeRange<Exec> range(const Exec& exec) const {
    return SizeRange<Exec>(exec, 0, residual_.extent(0));
  }

  V residual_, active_;
};

}  // namespace iddpm::detail
