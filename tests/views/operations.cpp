// SPDX-License-Identifier: MIT
#include "views/operations.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace test;

namespace {

using Float = Stored<float>;
constexpr Extents<4> images{5, 2, 3, 4};

/// 2, then 3, 1, 2, 2, 1, 2, 3.
template <std::size_t Rank>
Extents<Rank> extents_of_rank() {
  const Extents<8> all{2, 3, 1, 2, 2, 1, 2, 3};
  Extents<Rank> extents{};
  for (std::size_t r = 0; r < Rank; ++r) extents[r] = all[r];
  return extents;
}

template <class Kind, std::size_t Rank>
Results forward(const Kind& kind, const Extents<Rank>& extents) {
  Results results;
  forward_operations<Float>(Arguments<Kind, Rank>{kind, extents}, results);
  return results;
}

template <class Space>
void same_in(const Results& expected, const char* name) {
  if constexpr (Kokkos::SpaceAccessibility<Exec, Space>::accessible)
    same_as<Float>(expected, name, InSpace<Space>{}, images);
}

template <class X>
Results read_only(const X& x) {
  const auto out = managed<float, 4, Kokkos::LayoutRight>(images);
  const auto bpd = managed<float, 1, Kokkos::LayoutRight>({5});
  q_sample(Exec{}, process<4>(), x, 3, noise_stream.user(1), out);
  prior_bpd(Exec{}, process<4>(), x, bpd);
  return {{"q_sample", bytes_of(out)}, {"prior_bpd", bytes_of(bpd)}};
}

}  // namespace

TEST_CASE("these tests see what is written beside a View's elements") {
  const Strided strided{placements[0]};
  const auto view = strided.make<unsigned char>(Extents<1>{4});
  put(view, [](std::size_t) { return 1; });
  CHECK(strided.is_intact());
  const Kokkos::View<unsigned char, Exec::memory_space, Kokkos::MemoryUnmanaged> beside(
      view.data() + 1);
  Kokkos::deep_copy(beside, 1);
  CHECK_FALSE(strided.is_intact());
}

TEST_CASE("every operation has the same bits on Views of any layout, traits and origin") {
  const Results expected = all_operations<Float>(RowMajor{}, images);
  same_as<Float>(expected, "column-major", ColumnMajor{}, images);
  same_as<Float>(expected, "RandomAccess and Restrict", WithTraits{}, images);
  same_as<Float>(expected, "unmanaged", Unmanaged{0}, images);
  same_as<Float>(expected, "unmanaged, misaligned", Unmanaged{1}, images);
  same_as<Float>(expected, "static extents", StaticExtents{}, images);
  same_as<Float>(expected, "a DualView's side", DeviceSide{}, images);
#ifdef KOKKOS_HAS_SHARED_SPACE
  same_in<Kokkos::SharedSpace>(expected, "SharedSpace");
#endif
#ifdef KOKKOS_HAS_SHARED_HOST_PINNED_SPACE
  same_in<Kokkos::SharedHostPinnedSpace>(expected, "SharedHostPinnedSpace");
#endif
  same_as<Float>(expected, "several kinds in one call", Mixed{}, images);
}

TEST_CASE("every operation has the same bits on Views of any strides") {
  const Results expected = all_operations<Float>(RowMajor{}, images);
  for (const Placement& placement : placements)
    same_as<Float>(expected, placement.name, Strided{placement}, images);
}

TEST_CASE("every operation has the same bits for samples and batches of any size") {
  for (const std::size_t samples : {0u, 1u, 7u, 65u})
    for (const std::size_t size : {1u, 2u, 3u, 4u, 5u, 31u, 32u, 33u, 63u, 257u}) {
      const Extents<2> extents{samples, size};
      const Results expected = all_operations<Float>(RowMajor{}, extents);
      same_as<Float>(expected, "unmanaged, misaligned", Unmanaged{1}, extents);
      for (const std::size_t i : {1u, 3u})
        same_as<Float>(expected, placements[i].name, Strided{placements[i]}, extents);
    }
}

TEST_CASE_TEMPLATE("forward operations have the same bits for ranks 1 to 8", Rank,
                   std::integral_constant<std::size_t, 1>, std::integral_constant<std::size_t, 2>,
                   std::integral_constant<std::size_t, 3>, std::integral_constant<std::size_t, 4>,
                   std::integral_constant<std::size_t, 5>, std::integral_constant<std::size_t, 6>,
                   std::integral_constant<std::size_t, 7>, std::integral_constant<std::size_t, 8>) {
  const auto extents = extents_of_rank<Rank::value>();
  const Results expected = forward(RowMajor{}, extents);
  for (const Placement& placement : placements) {
    CAPTURE(std::string(placement.name));
    const Strided strided(placement);
    check_equal(forward(strided, extents), expected);
    CHECK(strided.is_intact());
  }
}

TEST_CASE("every operation has the same bits for rank 8") {
  const auto extents = extents_of_rank<8>();
  same_as<Float>(all_operations<Float>(RowMajor{}, extents), placements[7].name,
                 Strided{placements[7]}, extents);
}

TEST_CASE("an input may be one sample, or one row, again and again") {
  const auto first = managed<float, 4, Kokkos::LayoutRight>({1, 2, 1, 4});
  put(first, [](std::size_t e) { return level(1, e); });
  auto layout = layout_of<Kokkos::LayoutStride>(images);
  const Extents<4> strides = {0, 4, 0, 1};
  for (std::size_t r = 0; r < 4; ++r) layout.stride[r] = strides[r];
  const auto copied = managed<float, 4, Kokkos::LayoutRight>(images);
  put(copied, [](std::size_t e) { return level(1, e / 12 % 2 * 4 + e % 4); });
  check_equal(read_only(ViewOf<const float, 4, Kokkos::LayoutStride>(first.data(), layout)),
              read_only(copied));
}
