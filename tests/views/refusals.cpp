// SPDX-License-Identifier: MIT
// What is refused when it runs: one sentence, and nothing is written. What is refused when it is
// compiled is in tests/misuse/views.cpp.
#include "views/operations.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace iddpm;
using namespace test;

namespace {

struct Case {
  ProcessOf<variance::FixedSmall> diffusion{schedule::Linear{30}};
  Tensor<float, 4, Exec> x = managed<float, 4, Kokkos::LayoutRight>(Extents<4>{4, 2, 3, 5});
  Kokkos::View<float****, Kokkos::LayoutLeft, Exec::memory_space> other =
      managed<float, 4, Kokkos::LayoutLeft>(Extents<4>{4, 2, 5, 3});
  Tensor<float, 4, Exec> out = managed<float, 4, Kokkos::LayoutRight>(Extents<4>{4, 2, 3, 5});
  Tensor<float, 1, Exec> column = managed<float, 1, Kokkos::LayoutRight>(Extents<1>{4});
  Draw draw = noise_stream.user(0);

  Case() {
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

TEST_CASE_FIXTURE(Case, "extents that do not match") {
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
  refuses("p_sample: model_output must have the extents of x_t (4, 2, 3, 5); got (4, 2, 5, 3)",
          [&] { p_sample(Exec{}, diffusion, x, 3, other, draw, out); });
  refuses(
      "vb_terms_bpd: model_output must have the extents of x_t (4, 2, 3, 5); got "
      "(4, 2, 5, 3)",
      [&] { vb_terms_bpd(Exec{}, diffusion, x, x, 3, other, column); });
  refuses("slerp: b must have the extents of a (4, 2, 3, 5); got (4, 2, 5, 3)",
          [&] { slerp(Exec{}, x, other, 0.5, out); });
}

TEST_CASE_FIXTURE(Case, "Views of one number per sample that are too short") {
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
    training_losses(Exec{}, diffusion, x, x, 3, draw, x, half,
                    TrainingLosses<Tensor<float, 1, Exec>>{.loss = column}, out);
  });
  refuses(
      "training_losses: every View of losses must be empty or hold one value per sample; got (2)",
      [&] {
        training_losses(Exec{}, diffusion, x, x, 3, draw, x, 1.0f,
                        TrainingLosses<std::decay_t<decltype(half)>>{.mse = half}, out);
      });
}

TEST_CASE_FIXTURE(Case, "a LayoutRight View whose rows are padded; as a LayoutStride it is taken") {
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
