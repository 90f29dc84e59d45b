// SPDX-License-Identifier: MIT
#include "support/affine_run.hpp"
#include "support/zero_snr_checks.hpp"
#include <iddpm/sampler/euler_ancestral.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::diffusion, test::unclipped;

const sampler::EulerAncestral<> full{1, unclipped}, half_eta{0.5, unclipped};
const denoised::Clip narrow{-0.4, 0.3};

}  // namespace

// S from 2 to 1, eta = 1: S_up^2 = 3/4 and S_down = 1/2, times alpha_s = sqrt(1/2).
TEST_CASE("the weights of an Euler ancestral step are those worked by hand") {
  const auto process = diffusion<mean::Epsilon>();
  const Path path(process.levels(), karras_times_between(process, 2, 1, 1));
  const Combination sum = full.stages(path, 0).front().writes[0];
  CHECK(sum.x_start == doctest::Approx(std::sqrt(0.5)));
  CHECK(sum.eps == doctest::Approx(std::sqrt(0.5) / 2));
  CHECK(sum.noise == doctest::Approx(std::sqrt(3.0 / 8)));
  // eta = 1/2: S_up^2 = 3/16, S_down^2 = 13/16.
  const Combination less = half_eta.stages(path, 0).front().writes[0];
  CHECK(less.eps == doctest::Approx(std::sqrt(13.0 / 32)));
  CHECK(less.noise == doctest::Approx(std::sqrt(3.0 / 32)));
}

TEST_CASE("Euler ancestral of an eta is Ddim of that eta, with the same noise") {
  const auto process = diffusion<mean::Epsilon>();
  for (const double eta : {0.0, 0.5, 1.0}) {
    for (const int steps : {1, 2, 7}) {
      const auto run = [&](const auto& solver) {
        return test::run_on(process, solver, test::bent_net<mean::Epsilon>(), test::normals(2, 5),
                            {.times = log_snr_times(process, steps)});
      };
      CHECK(test::distance(run(sampler::EulerAncestral{eta, narrow}),
                           run(sampler::Ddim{eta, narrow})) < 1e-14);
    }
  }
}

TEST_CASE("it keeps the distribution of point data, as Ddim and Ancestral do, at every level") {
  const auto process = diffusion<mean::StartX>();
  for (const Times& times : test::many_paths(process)) {
    CAPTURE(times.size());
    CHECK(test::point_data_error(process, full, times) < 1e-13);
    CHECK(test::point_data_error(process, half_eta, times) < 1e-13);
    for (const double eta : {0.5, 1.0})
      CHECK(test::point_data_error(process, sampler::Ddim{eta, unclipped}, times) < 1e-13);
    CHECK(test::point_data_error(process, sampler::Ancestral{unclipped}, times) < 1e-13);
  }
}

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  test::check_batch_independence<mean::StartX>(half_eta);
  test::check_ranks<mean::StartX>(half_eta);
  test::check_resumes<mean::StartX>(half_eta);
  test::check_first<mean::StartX>(half_eta);
}

TEST_CASE("a run ends with the processed x_0, whatever the network predicts") {
  test::check_last_step<mean::Epsilon>(sampler::EulerAncestral{1, narrow});
  test::check_mean_types(sampler::EulerAncestral{0.5, narrow});
}

TEST_CASE("zero terminal SNR, and an eta out of range, are refused with a sentence") {
  test::check_refuses_zero_snr(full, "EulerAncestral");
  CHECK_THROWS_WITH_AS(sampler::EulerAncestral{1.5},
                       "EulerAncestral: eta must be in [0, 1]; got 1.5", std::invalid_argument);
  CHECK_THROWS_AS(sampler::EulerAncestral{-0.1}, std::invalid_argument);
  CHECK_THROWS_AS(sampler::EulerAncestral{std::nan("")}, std::invalid_argument);
}
