// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/parametrization/denoised/binding.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/parametrization/denoised/dynamic_threshold.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>
#include <vector>

using iddpm::denoised::Clip;
using iddpm::denoised::DynamicThreshold;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

// x_0 of sample i is 2 (i + 1), -2 (i + 1), 2 (i + 1), ...
struct Alternating {
  KOKKOS_INLINE_FUNCTION float operator()(std::size_t sample, std::size_t element) const {
    const auto size = 2 * static_cast<float>(sample + 1);
    return element % 2 == 0 ? size : -size;
  }
};

template <class Bound>
struct Process {
  Bound denoised;
  iddpm::Tensor<float, 1, Exec> half;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample) const {
    half(sample) = iddpm::denoised_for(denoised, sample)(Alternating{}(sample, 1) / 2);
  }
};

// What an operation does, whatever the processing: half of element 1 of each of three samples.
template <class D>
std::vector<float> operation(const D& denoised) {
  const Exec exec;
  const auto bound = iddpm::bind_denoised<float>(exec, denoised, 3);
  iddpm::measure_denoised(exec, bound, 3, 5, Alternating{});
  const iddpm::Tensor<float, 1, Exec> half("half", 3);
  Kokkos::parallel_for("test::operation", Kokkos::RangePolicy<Exec>(exec, 0, 3),
                       Process<std::remove_const_t<decltype(bound)>>{bound, half});
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, half);
  return {host.data(), host.data() + host.size()};
}

}  // namespace

TEST_CASE("an operation takes an element, a per-sample and a bound processing alike") {
  CHECK(operation(Clip(-1.5, 4)) == std::vector<float>{-1, -1.5, -1.5});
  CHECK(operation(DynamicThreshold()) == std::vector<float>{-0.5, -0.5, -0.5});
  const auto bound = DynamicThreshold(1, 0.5).bind<float>(Exec{}, 4);
  CHECK(operation(bound) == std::vector<float>{-0.25, -0.25, -0.25});
}

TEST_CASE("binding leaves an element processing and a bound one as they are") {
  const Exec exec;
  const auto clip = iddpm::bind_denoised<double>(exec, Clip(0, 4), 7);
  static_assert(std::is_same_v<decltype(clip), const Clip>, "an element processing needs nothing");
  CHECK(clip(5.0) == 4);
  const auto once = iddpm::bind_denoised<double>(exec, DynamicThreshold(), 7);
  const auto twice = iddpm::bind_denoised<double>(exec, once, 7);
  static_assert(std::is_same_v<decltype(once), decltype(twice)>, "bound once is bound");
  static_assert(iddpm::BoundDenoised<std::remove_const_t<decltype(twice)>>, "and it is bound");
}

TEST_CASE("a bound object's copies share its numbers: a loop binds once") {
  const Exec exec;
  const auto once = iddpm::bind_denoised<float>(exec, DynamicThreshold(), 3);
  const auto twice = iddpm::bind_denoised<float>(exec, once, 3);
  iddpm::measure_denoised(exec, twice, 3, 5, Alternating{});
  const iddpm::Tensor<float, 1, Exec> half("half", 3);
  Kokkos::parallel_for("test::shared", Kokkos::RangePolicy<Exec>(exec, 0, 3),
                       Process<std::remove_const_t<decltype(once)>>{once, half});
  CHECK(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, half)(2) == -0.5f);
}

TEST_CASE("a batch larger than the one bound for is refused with a sentence") {
  const Exec exec;
  const auto bound = iddpm::bind_denoised<float>(exec, DynamicThreshold(), 2);
  CHECK_THROWS_WITH_AS(iddpm::measure_denoised(exec, bound, 3, 5, Alternating{}),
                       "DynamicThreshold: samples must be at most the 2 it is bound for; got 3",
                       std::invalid_argument);
}
