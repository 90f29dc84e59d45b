// SPDX-License-Identifier: MIT
#include "views/operations.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <type_traits>

using namespace iddpm;
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
Results of_rank(const Kind& kind, const Extents<Rank>& extents) {
  const Arguments<Kind, Rank> a{kind, extents};
  const auto x = a.template in<float>(1);
  const auto noise = a.template in<float>(2);
  const auto out = a.template out<float>();
  Results results;
  const auto add = [&](const char* name) { results.emplace_back(name, bytes_of(out)); };
  fill_normal(Exec{}, noise_stream.user(1), out);
  add("fill_normal");
  q_sample(Exec{}, process<Rank>(), x, a.timesteps(), noise, out);
  add("q_sample");
  slerp(Exec{}, x, noise, 0.25, out);
  add("slerp");
  if constexpr (Rank > 1) {
    p_sample(Exec{}, process<Rank>(), x, 7, a.template in<float>(3, 2), noise_stream.user(2), out);
    add("p_sample");
  }
  return results;
}

template <class X>
Results read_only(const X& x) {
  const auto out = managed<float, 4, Kokkos::LayoutRight>(images);
  const auto bpd = managed<float, 1, Kokkos::LayoutRight>({5});
  q_sample(Exec{}, process<4>(), x, 3, noise_stream.user(1), out);
  prior_bpd(Exec{}, process<4>(), x, bpd);
  return {{"q_sample", bytes_of(out)}, {"prior_bpd", bytes_of(bpd)}};
}

/// What is refused when it runs: one sentence, and nothing is written. (What is refused when it is
/// compiled: tests/misuse/views.cpp.)
struct Refusals {
  decltype(process<4>()) diffusion = process<4>();
  Tensor<float, 4, Exec> x = managed<float, 4, Kokkos::LayoutRight>(Extents<4>{4, 2, 3, 5});
  Kokkos::View<float****, Kokkos::LayoutLeft, Exec::memory_space> other =
      managed<float, 4, Kokkos::LayoutLeft>(Extents<4>{4, 2, 5, 3});
  Tensor<float, 4, Exec> output = managed<float, 4, Kokkos::LayoutRight>(Extents<4>{4, 4, 3, 5});
  Tensor<float, 4, Exec> out = managed<float, 4, Kokkos::LayoutRight>(Extents<4>{4, 2, 3, 5});
  Tensor<float, 1, Exec> column = managed<float, 1, Kokkos::LayoutRight>(Extents<1>{4});
  Draw draw = noise_stream.user(0);

  Refusals() {
    put(out, [](std::size_t) { return 7; });
    put(column, [](std::size_t) { return 7; });
  }

  template <class Call>
  void refuses(const char* sentence, const Call& call) const {
    const auto before = bytes_of(out), before_column = bytes_of(column);
    CHECK_THROWS_WITH_AS(call(), sentence, std::invalid_argument);
    CHECK(bytes_of(out) == before);
    CHECK(bytes_of(column) == before_column);
  }
};

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
  same_as<Float>(expected, "unmanaged", Unmanaged{0}, images);
  same_as<Float>(expected, "unmanaged, misaligned", Unmanaged{1}, images);
  same_as<Float>(expected, "several layouts in one call", MixedLayouts{}, images);
  same_as<Float>(expected, "traits, static extents, a DualView's side, pinned memory", MixedTypes{},
                 images);
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
      for (const std::size_t i : {1u, 3u, 8u})
        same_as<Float>(expected, placements[i].name, Strided{placements[i]}, extents);
    }
}

TEST_CASE_TEMPLATE("operations have the same bits for ranks 1 to 8", Rank,
                   std::integral_constant<std::size_t, 1>, std::integral_constant<std::size_t, 2>,
                   std::integral_constant<std::size_t, 3>, std::integral_constant<std::size_t, 4>,
                   std::integral_constant<std::size_t, 5>, std::integral_constant<std::size_t, 6>,
                   std::integral_constant<std::size_t, 7>, std::integral_constant<std::size_t, 8>) {
  const auto extents = extents_of_rank<Rank::value>();
  const Results expected = of_rank(RowMajor{}, extents);
  for (const Placement& placement : placements) {
    CAPTURE(std::string(placement.name));
    const Strided strided(placement);
    check_equal(of_rank(strided, extents), expected);
    CHECK(strided.is_intact());
  }
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

TEST_CASE_FIXTURE(Refusals, "extents that do not match") {
  refuses("q_sample: x_t must have the extents of x_start (4, 2, 5, 3); got (4, 2, 3, 5)",
          [&] { q_sample(Exec{}, diffusion, other, 3, draw, out); });
  refuses("q_sample: noise must have the extents of the batch (4, 2, 3, 5); got (4, 2, 5, 3)",
          [&] { q_sample(Exec{}, diffusion, x, 3, other, out); });
  refuses(
      "q_mean_variance: variance must have the extents of x_start (4, 2, 5, 3); got "
      "(4, 2, 3, 5)",
      [&] { q_mean_variance(Exec{}, diffusion, other, 3, {}, out, {}); });
  refuses(
      "q_posterior_mean_variance: x_t must have the extents of x_start (4, 2, 3, 5); got "
      "(4, 2, 5, 3)",
      [&] { q_posterior_mean_variance(Exec{}, diffusion, x, other, 3, out, {}, {}); });
  refuses(
      "p_sample: model_output must have twice the channels of x_t (4, 2, 3, 5); got (4, 2, 5, 3)",
      [&] { p_sample(Exec{}, diffusion, x, 3, other, draw, out); });
  refuses(
      "vb_terms_bpd: model_output must have twice the channels of x_t (4, 2, 3, 5); got "
      "(4, 2, 5, 3)",
      [&] { vb_terms_bpd(Exec{}, diffusion, x, x, 3, other, column); });
  refuses("slerp: b must have the extents of a (4, 2, 3, 5); got (4, 2, 5, 3)",
          [&] { slerp(Exec{}, x, other, 0.5, out); });
}

TEST_CASE_FIXTURE(Refusals, "Views of one number per sample that are too short") {
  const auto half = Kokkos::subview(column, std::pair{0, 2});
  const Kokkos::View<int*, Exec::memory_space> three("t", 3);
  refuses("q_sample: t must hold one value per sample (4); got 3",
          [&] { q_sample(Exec{}, diffusion, x, three, draw, out); });
  refuses("extract: t must hold one value per sample (4); got 3",
          [&] { extract(Exec{}, diffusion, &Coefficients<float>::beta, three, out); });
  refuses("prior_bpd: bpd must hold one value per sample; got (2)",
          [&] { prior_bpd(Exec{}, diffusion, x, half); });
  refuses("slerp: weight must hold one value per sample (4); got 2",
          [&] { slerp(Exec{}, x, x, half, out); });
  refuses("training_losses: weight must hold one value per sample (4); got 2", [&] {
    training_losses(Exec{}, diffusion, x, x, 3, draw, output, half,
                    TrainingLosses<Tensor<float, 1, Exec>>{.loss = column}, output);
  });
  refuses(
      "training_losses: every View of losses must have no memory or hold one value per sample; "
      "got (2)",
      [&] {
        training_losses(Exec{}, diffusion, x, x, 3, draw, output, 1.0f,
                        TrainingLosses<std::decay_t<decltype(half)>>{.mse = half}, output);
      });
}

TEST_CASE_FIXTURE(Refusals,
                  "a LayoutRight View whose rows are padded; as a LayoutStride it is taken") {
  auto layout = layout_of<Kokkos::LayoutRight>(Extents<4>{4, 2, 3, 5});
  layout.stride = 8;
  const Tensor<float, 4, Exec> padded("padded", layout);
  put(padded, [](std::size_t e) { return level(1, e); });
  put(x, [](std::size_t e) { return level(1, e); });
  if (padded.stride(2) == 5) return;  // Kokkos 4 pads samples only
  refuses("q_sample: every LayoutRight view must be unpadded inside a sample; got a padded one",
          [&] { q_sample(Exec{}, diffusion, padded, 3, draw, out); });
  q_sample(Exec{}, diffusion, ViewOf<float, 4, Kokkos::LayoutStride>(padded), 3, draw, out);
  const auto bytes = bytes_of(out);
  q_sample(Exec{}, diffusion, x, 3, draw, out);
  CHECK(bytes == bytes_of(out));
}
