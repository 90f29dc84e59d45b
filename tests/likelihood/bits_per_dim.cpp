// SPDX-License-Identifier: MIT
#include "support/golden_loop.hpp"
#include <iddpm/gaussian/decoder/tanh_floored.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/parametrization/denoised/dynamic_threshold.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;

// The reference's columns run from t = T - 1 down, ours from 0 up.
std::vector<double> reversed_rows(std::vector<double> values, std::size_t columns) {
  for (std::size_t row = 0; row < values.size(); row += columns) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row);
    std::reverse(begin, begin + static_cast<std::ptrdiff_t>(columns));
  }
  return values;
}

template <class V>
double column_error(const V& view, const std::string& name) {
  const auto reference = golden::values(golden::load<double, 2>(name));
  return golden::error(golden::values(view), reversed_rows(reference, view.extent(1)));
}

using P =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

auto score(const P& process, std::size_t batch, std::uint64_t first, int draw) {
  const Tensor<float, 4, Exec> x("x", batch, 1, 3, 5);
  Kokkos::deep_copy(x, 1.0f);
  const NoiseStream noise{.seed = 6, .first_sample = first};
  const auto bits = bits_per_dim(Exec{}, process, golden::ClosedFormNet{}, noise, x,
                                 LikelihoodSettings<>{{}, {}, draw});
  Exec{}.fence();
  return golden::values(bits.total);
}

}  // namespace

TEST_CASE("bits per dimension and all their parts agree with the golden loops") {
  golden::for_each_loop([]<class R>(R, const auto& process, const std::string& folder) {
    const golden::RecordedNoise<R> noise{golden::load<R, 5>(folder + "/noises")};
    const auto x_start = golden::load<R, 4>(folder + "/x_start");
    // The golden network is far off at t = 0, where the reference's floor cuts its numbers.
    const LikelihoodSettings<denoised::Clip, decoder::TanhFloored> as_published;
    const auto bits =
        bits_per_dim(Exec{}, process, golden::ClosedFormNet{}, noise, x_start, as_published);
    Exec{}.fence();
    CAPTURE(folder);
    CHECK(golden::error(bits.total, folder + "/bpd_total_bpd") < golden::tolerance<R>);
    CHECK(column_error(bits.vb, folder + "/bpd_vb") < golden::tolerance<R>);
    CHECK(column_error(bits.x_start_mse, folder + "/bpd_xstart_mse") < golden::tolerance<R>);
    CHECK(column_error(bits.mse, folder + "/bpd_mse") < golden::tolerance<R>);
  });
}

TEST_CASE("an image's score does not depend on the batch it is in") {
  const P process{schedule::Cosine{10}};
  const auto together = score(process, 7, 0, 0);
  CHECK(score(process, 1, 4, 0)[0] == together[4]);
  CHECK(together[3] != together[4]);
  CHECK(score(process, 0, 0, 0).empty());
}

TEST_CASE("draws are independent estimates; a negative one is refused with a sentence") {
  const P process{schedule::Cosine{10}};
  CHECK(score(process, 1, 0, 0) != score(process, 1, 0, 1));
  CHECK_THROWS_WITH_AS(score(process, 1, 0, -1), "bits_per_dim: draw must be at least 0; got -1",
                       std::invalid_argument);
}

TEST_CASE("a bound may process x_0 by the sample; with one threshold for all that is the clip") {
  const P process{schedule::Cosine{10}};
  const Tensor<float, 4, Exec> x("x", 3, 1, 3, 5);
  const auto total = [&](const auto& denoised) {
    const LikelihoodSettings<std::remove_cvref_t<decltype(denoised)>> settings{denoised};
    const auto bits =
        bits_per_dim(Exec{}, process, golden::ClosedFormNet{}, NoiseStream{}, x, settings);
    Exec{}.fence();
    return golden::values(bits.total);
  };
  const auto clipped = total(denoised::Clip{});
  CHECK(total(denoised::DynamicThreshold{1, 1, 1}) == clipped);
  CHECK(total(denoised::DynamicThreshold{0.8}) != clipped);
}
