// SPDX-License-Identifier: MIT
#include "views/operations.hpp"
#include <iddpm/timestep/loss_second_moment.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

constexpr std::size_t batch = 6;

/// The columns of (6, 3) numbers, and other rank-1 Views of the second of them.
template <class T, class Call>
void for_each_column(const Call& call) {
  const Kokkos::View<T**, Kokkos::LayoutRight, Exec::memory_space> rows("rows", batch, 3);
  put(rows, [](std::size_t e) { return e % 3 == 1 ? static_cast<float>(e * 5 % 29) : 29.0f; });
  const auto column = Kokkos::subview(rows, Kokkos::ALL, 1);
  static_assert(std::is_same_v<typename decltype(column)::array_layout, Kokkos::LayoutStride>,
                "a column of rows has a stride");
  const auto copy = managed<T, 1, Kokkos::LayoutRight>(Extents<1>{batch});
  put(copy, [](std::size_t e) { return static_cast<float>((3 * e + 1) * 5 % 29); });
  using OfTraits = Kokkos::View<const T*, Exec::memory_space,
                                Kokkos::MemoryTraits<Kokkos::RandomAccess | Kokkos::Restrict>>;
  call("contiguous", copy);
  call("a column", column);
  call("a column, const", typename decltype(column)::const_type(column));
  call("LayoutLeft", Kokkos::View<T*, Kokkos::LayoutLeft, Exec::memory_space>(copy));
  call("unmanaged",
       Kokkos::View<const T*, Exec::memory_space, Kokkos::MemoryUnmanaged>(copy.data(), batch));
  call("RandomAccess and Restrict", OfTraits(copy));
  call("static", Kokkos::View<T[batch], Exec::memory_space>(copy));
#ifdef KOKKOS_HAS_SHARED_HOST_PINNED_SPACE
  using Pinned = Kokkos::SharedHostPinnedSpace;
  if constexpr (Kokkos::SpaceAccessibility<Exec, Pinned>::accessible) {
    const Tensor<T, 1, Pinned> pinned("pinned", batch);
    Kokkos::deep_copy(pinned, copy);
    call("SharedHostPinnedSpace", pinned);
  }
#endif
}

}  // namespace

TEST_CASE("timesteps are a rank-1 View of any kind") {
  const auto diffusion = process<2>();
  const auto out = managed<float, 2, Kokkos::LayoutRight>(Extents<2>{batch, 3});
  std::vector<unsigned char> expected;
  for_each_column<int>([&](const std::string& name, const auto& t) {
    CAPTURE(name);
    put(out, [](std::size_t) { return -1; });
    extract(Exec{}, diffusion, &Coefficients<float>::alpha_bar, t, out);
    if (expected.empty()) expected = bytes_of(out);
    CHECK(bytes_of(out) == expected);
  });
}

TEST_CASE("weights are a rank-1 View of any kind") {
  const Extents<2> extents{batch, 3};
  const auto a = managed<float, 2, Kokkos::LayoutRight>(extents);
  const auto b = managed<float, 2, Kokkos::LayoutRight>(extents);
  const auto out = managed<float, 2, Kokkos::LayoutRight>(extents);
  put(a, [](std::size_t e) { return level(1, e); });
  put(b, [](std::size_t e) { return level(2, e); });
  std::vector<unsigned char> expected;
  for_each_column<float>([&](const std::string& name, const auto& weight) {
    CAPTURE(name);
    slerp(Exec{}, a, b, weight, out);
    if (expected.empty()) expected = bytes_of(out);
    CHECK(bytes_of(out) == expected);
  });
}

TEST_CASE("a timestep sampler takes and gives Views of any kind") {
  const auto draw_of = [](const auto& kind) {
    const Arguments<std::decay_t<decltype(kind)>, 1> a{kind, {batch}};
    const auto zero = [](std::size_t) { return 0; };
    const auto t = a.template column<int, 0>(zero);
    const auto weight = a.template column<float, 1>(zero);
    const auto loss = a.template column<double, 2>([](std::size_t b) { return level(3, b) + 2; });
    timestep::LossSecondMoment<Exec> sampler(Exec{}, 2, 1);
    timestep::Uniform{}(Exec{}, 2, noise_stream.timestep(0), t, weight);
    Results results{{"uniform t", bytes_of(t)}, {"weight", bytes_of(weight)}};
    put(t, [](std::size_t b) { return b % 2; });
    sampler.update(Exec{}, t, loss);
    sampler(Exec{}, 2, noise_stream.timestep(1), t, weight);
    results.emplace_back("t", bytes_of(t));
    results.emplace_back("weight", bytes_of(weight));
    return results;
  };
  const auto expected = draw_of(RowMajor{});
  CHECK(expected[3].second != expected[1].second);
  check_equal(draw_of(Strided{placements[1]}), expected);
  check_equal(draw_of(MixedLayouts{}), expected);
  check_equal(draw_of(Unmanaged{1}), expected);
}
