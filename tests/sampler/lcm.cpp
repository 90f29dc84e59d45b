// SPDX-License-Identifier: MIT
#include "support/affine_run.hpp"
#include "support/zero_snr_checks.hpp"
#include <iddpm/sampler/lcm.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::diffusion, test::GaussianData, test::unclipped;

const sampler::Lcm<> lcm{unclipped};
const denoised::Clip narrow{-0.4, 0.3};

// The x_0 at the end of the ODE from x, of x_0 ~ N(0, s^2): x s / sqrt(v).
const test::RowNet consistent{[](const test::Row& c) {
  return GaussianData{}.s / std::sqrt(c.alpha_bar * 0.25 + c.one_minus_alpha_bar);
}};

}  // namespace

TEST_CASE("Lcm is alpha_s D and sigma_s noise, by hand") {
  const auto process = diffusion<mean::StartX>();
  const Path path(process.levels(), {900, process.levels().t_of_half_log_snr(0), -1});
  const Combination sum = lcm.stages(path, 0).front().writes[0];
  CHECK(sum.x_start == doctest::Approx(std::sqrt(0.5)));
  CHECK(sum.noise == doctest::Approx(std::sqrt(0.5)));
  CHECK(sum.eps == 0);
  CHECK(lcm.stages(path, 1).front().writes[0].x_start == 1);
  CHECK(lcm.stages(path, 1).front().writes[0].noise == 0);
}

TEST_CASE("Lcm keeps the distribution of point data, at every level") {
  const auto process = diffusion<mean::StartX>();
  for (const Times& times : test::many_paths(process)) {
    CAPTURE(times.size());
    CHECK(test::point_data_error(process, lcm, times) < 1e-13);
  }
}

TEST_CASE("a consistency function keeps the data's variance at every level, in any steps") {
  const auto process = diffusion<mean::StartX>();
  const auto v = [&](double t) {
    return process.levels().alpha_bar(t) / 4 + process.levels().one_minus_alpha_bar(t);
  };
  for (const int steps : {1, 2, 3, 5, 20}) {
    const Times times = uniform_times(process, steps);
    const auto all = test::moments_of_run(process, lcm, consistent, times, 0, v(999));
    for (const test::RunMoments& now : all) CHECK(std::abs(now.variance - v(now.t)) < 1e-12);
    CHECK(all.back().variance == doctest::Approx(0.25).epsilon(1e-12));
    CHECK(all.back().mean == 0);
  }
}

// A network of any other kind: variance <- A' g^2 variance + 1 - A', at the end g^2 variance.
TEST_CASE("the best denoiser's samples have the variance of the closed form, which is too small") {
  const auto process = diffusion<mean::StartX>();
  const auto net = test::gaussian_net<mean::StartX>();
  for (const int steps : {1, 2, 5}) {
    const Times times = uniform_times(process, steps);
    double variance = 1;
    for (std::size_t k = 0; k + 1 < times.size(); ++k) {
      const double g = net.gain(process.levels().row(times[k]));
      const double a = process.levels().alpha_bar(times[k + 1]);
      variance = a * g * g * variance + 1 - a;
    }
    const auto all = test::moments_of_run(process, lcm, net, times, 0, 1);
    CHECK(all.back().variance == doctest::Approx(variance).epsilon(1e-12));
    CHECK(all.back().variance < 0.2);
  }
}

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  test::check_batch_independence<mean::StartX>(lcm);
  test::check_ranks<mean::StartX>(lcm);
  test::check_resumes<mean::StartX>(lcm);
  test::check_first<mean::StartX>(lcm);
}

TEST_CASE("a run ends with the processed x_0, whatever the network predicts") {
  test::check_last_step<mean::Epsilon>(sampler::Lcm{narrow});
  test::check_mean_types(sampler::Lcm{narrow});
}

TEST_CASE("at zero terminal SNR the first step is Ddim's with eta 1") {
  test::check_zero_snr(lcm, 1);
}
