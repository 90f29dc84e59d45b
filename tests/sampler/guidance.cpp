// SPDX-License-Identifier: MIT
// Whole runs with what stands around a denoiser: classifiers, classifier-free guidance under a
// dynamic threshold, a start from an image, and the way between two encodings.
#include "support/affine_net.hpp"
#include "support/row_net.hpp"
#include <iddpm/denoiser.hpp>
#include <iddpm/gaussian/slerp.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/times.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace iddpm;

namespace {

using test::Exec;
using Rows = Tensor<double, 2, Exec>;
using test::diffusion;
using test::values;

// x_0 ~ N(0, 1/4), and y = x_0 + tau noise is known.
constexpr double y = 0.4, tau2 = 0.09;
double v(const test::Row& c) { return c.alpha_bar / 4 + c.one_minus_alpha_bar; }
double eps(const test::Row& c) { return c.sqrt_one_minus_alpha_bar / v(c); }
double of_x_0(const test::Row& c) { return c.sqrt_alpha_bar / 4 / v(c); }
double weight(const test::Row& c) {
  return of_x_0(c) / (tau2 + 0.25 * c.one_minus_alpha_bar / v(c));
}

const test::RowNet net{.gain = eps};
const test::RowNet d_log_p{.gain = [](const test::Row& c) { return -weight(c) * of_x_0(c); },
                           .offset = [](const test::Row& c) { return weight(c) * y; }};

Rows normals(std::size_t samples, std::uint64_t step = 0) {
  const Rows x("x", samples, 6);
  fill_normal(Exec{}, NoiseStream{.seed = 2}.user(step), x);
  return x;
}

}  // namespace

TEST_CASE("a classifier guides a solver to the posterior, without chance") {
  const auto process = diffusion<mean::Epsilon>();
  const auto guided = guidance::classifier<mean::Epsilon>(net, d_log_p);
  const Rows x("x", 1, 2);
  Kokkos::deep_copy(Kokkos::subview(x, 0, 1), 1.0);  // every step is affine: 0 and 1 tell all
  sample(Exec{}, process, sampler::DpmSolverPlusPlus{2, denoised::Identity{}}, guided,
         NoiseStream{}, x, {}, {.times = log_snr_times(process, 250)});
  const auto ends = values(x);
  CHECK(ends[0] == doctest::Approx(0.25 * y / (0.25 + tau2)).epsilon(0.01));
  const double gain = ends[1] - ends[0];
  CHECK(gain * gain == doctest::Approx(0.25 * tau2 / (0.25 + tau2)).epsilon(0.01));
}

TEST_CASE("classifier-free guidance under a dynamic threshold is bounded and blind to the batch") {
  const auto process = diffusion<mean::Epsilon>();
  const test::RowNet pushed{.gain = eps, .offset = [](const test::Row&) { return -0.4; }};
  const guidance::ClassifierFree guided(pushed, net, {.scale = 6});
  const auto run = [&](std::size_t samples, const auto& processing) {
    const Rows x = normals(samples);
    sample(Exec{}, process, sampler::DpmSolverPlusPlus{2, processing}, guided, NoiseStream{}, x, {},
           {.times = log_snr_times(process, 12)});
    return values(x);
  };
  const auto largest = [](const std::vector<double>& x) {
    return std::abs(*std::max_element(
        x.begin(), x.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
  };
  CHECK(largest(run(5, denoised::Identity{})) > 1.5);
  const denoised::DynamicThreshold threshold{0.9, 1};
  const auto together = run(5, threshold), alone = run(1, threshold);
  CHECK(largest(together) <= 1);
  CHECK(std::equal(alone.begin(), alone.end(), together.begin()));
}

TEST_CASE("a run from an image starts at its noise level, with noise of its own") {
  const auto process = diffusion<mean::Epsilon>(100);
  const NoiseStream noise{.seed = 8};
  const Rows image = normals(3), x("x", 3, 6), later("later", 3, 6);
  q_sample(Exec{}, process, image, 40, noise.renoising(0), x);
  Kokkos::deep_copy(later, x);
  const sampler::Ddim decode{0, denoised::Identity{}};
  const Times all = uniform_times(process, 100);
  sample(Exec{}, process, decode, net, noise, x, {}, {.times = starting_at(all, 40)});
  sample(Exec{}, process, decode, net, noise, later, {}, {.first = 59});
  CHECK(values(x) == values(later));
  // The less noise, the nearer to the image.
  const auto off = [&](int t) {
    q_sample(Exec{}, process, image, t, noise.renoising(0), x);
    sample(Exec{}, process, decode, net, noise, x, {}, {.times = starting_at(all, t)});
    const auto a = values(image), b = values(x);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
  };
  CHECK(off(5) < off(40));
  CHECK(off(40) < off(90));
}

TEST_CASE("between two encodings lie pictures; at its ends, the two themselves") {
  const auto process = diffusion<mean::Epsilon>(1000).respaced("50");
  const Rows a = normals(2, 0), b = normals(2, 1), x("x", 2, 6);
  const auto run = [&](const auto& sampler, const Rows& of) {
    sample(Exec{}, process, sampler, net, NoiseStream{}, of);
  };
  const auto first = values(a), second = values(b);
  run(sampler::DdimInverseFixedPoint{}, a);
  run(sampler::DdimInverseFixedPoint{}, b);
  const auto decoded = [&](double weight) {
    slerp(Exec{}, a, b, weight, x);
    run(sampler::Ddim{0, denoised::Identity{}}, x);
    return values(x);
  };
  const auto begin = decoded(0), middle = decoded(0.5), end = decoded(1);
  const auto of_a = values(a), of_b = values(b);
  for (std::size_t sample = 0; sample < 2; ++sample) {
    double aa = 0, ab = 0, bb = 0;
    for (std::size_t i = 6 * sample; i < 6 * sample + 6; ++i)
      aa += of_a[i] * of_a[i], ab += of_a[i] * of_b[i], bb += of_b[i] * of_b[i];
    // sin(theta / 2) / sin(theta); and the way back is linear for this network.
    const double half = 1 / std::sqrt(2 + 2 * ab / std::sqrt(aa * bb));
    for (std::size_t i = 6 * sample; i < 6 * sample + 6; ++i) {
      CHECK(begin[i] == doctest::Approx(first[i]).epsilon(1e-10));
      CHECK(end[i] == doctest::Approx(second[i]).epsilon(1e-10));
      CHECK(middle[i] == doctest::Approx(half * (first[i] + second[i])).epsilon(1e-9));
    }
  }
}
