// SPDX-License-Identifier: MIT
#include "support/zero_snr_checks.hpp"
#include <iddpm/sampler/plms.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::diffusion, test::unclipped;

const sampler::Plms<> plms{unclipped};
const denoised::Clip narrow{-0.4, 0.3};

}  // namespace

// S from 2 to 1 to 1/2 ...: with E' = sum_i w_i E_i a step is x_s = (alpha_s / alpha_t) x_t +
// (sigma_s - alpha_s S_t) E', where alpha_s S_t is 2 sigma_s.
TEST_CASE("the weights of PLMS are Adams and Bashforth's, after a first step of two calls") {
  const auto process = diffusion<mean::Epsilon>();
  const double ln2 = std::log(2.0);
  const Path path(process.levels(), log_snr_times_between(process, -ln2, 4 * ln2, 5));
  const auto first = plms.stages(path, 0);
  REQUIRE(first.size() == 2);
  CHECK(first[1].t == path[1].t);
  CHECK(first[1].at == first[0].writes[0].to);
  CHECK(first[1].writes[0].eps == doctest::Approx(-path[1].sigma / 2));
  CHECK(first[1].writes[0].reads[1] == doctest::Approx(-path[1].sigma / 2));
  CHECK(first[1].writes[0].reads[0] == doctest::Approx(path[1].alpha / path[0].alpha));
  const std::array<std::array<double, 4>, 3> weights{
      {{1.5, -0.5}, {23 / 12., -4 / 3., 5 / 12.}, {55 / 24., -59 / 24., 37 / 24., -3 / 8.}}};
  for (int k = 1; k < 5; ++k) {
    CAPTURE(k);
    const auto stages = plms.stages(path, k);
    REQUIRE(stages.size() == 1);
    const auto& w = weights[static_cast<std::size_t>(std::min(k, 3) - 1)];
    const double of = -path[k + 1].sigma;
    CHECK(stages[0].writes[0].x_start == doctest::Approx(path[k + 1].alpha));
    CHECK(stages[0].writes[0].eps == doctest::Approx(2 * path[k + 1].sigma + of * w[0]));
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(stages[0].writes[0].reads[i] == doctest::Approx(of * w[i + 1]));
  }
}

// With E known beforehand, E = A, four even steps are one formula.
TEST_CASE("PLMS uses the right earlier E") {
  const auto process = diffusion<mean::Epsilon>();
  const test::RowNet net{test::RowNet::zero, [](const test::Row& c) { return c.alpha_bar; }};
  const Times times = log_snr_times_between(process, -1, 1, 5);
  const Path path(process.levels(), times);
  const auto x = test::normals(1, 1);
  test::Exec{}.fence();
  const auto e = [&](int k) { return path[k].alpha * path[k].alpha; };
  const std::array<double, 5> mixed{(e(0) + e(1)) / 2, (3 * e(1) - e(0)) / 2,
                                    (23 * e(2) - 16 * e(1) + 5 * e(0)) / 12,
                                    (55 * e(3) - 59 * e(2) + 37 * e(1) - 9 * e(0)) / 24,
                                    (55 * e(4) - 59 * e(3) + 37 * e(2) - 9 * e(1)) / 24};
  double scaled = test::values(x)[0] / path[0].alpha;
  for (int k = 0; k < 5; ++k)
    scaled += (path[k + 1].ratio() - path[k].ratio()) * mixed[static_cast<std::size_t>(k)];
  const auto found = test::run_on(process, plms, net, x, {.times = times});
  CHECK(found[0] == doctest::Approx(path[5].alpha * scaled).epsilon(1e-12));
}

TEST_CASE("the observed order of PLMS is 2, on even steps of lambda") {
  CHECK(std::abs(test::order_of(plms) - 2) < 0.15);
}

TEST_CASE("PLMS is exact where eps or x_0 is constant") { test::check_exact_for_constants(plms); }

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  test::check_batch_independence<mean::StartX>(plms);
  test::check_ranks<mean::StartX>(plms);
  test::check_resumes<mean::StartX>(plms);
  test::check_first<mean::StartX>(plms);
}

TEST_CASE("a run ends with the processed x_0, whatever the network predicts") {
  test::check_last_step<mean::Epsilon>(sampler::Plms{narrow});
  test::check_mean_types(sampler::Plms{narrow});
}

TEST_CASE("zero terminal SNR is refused with a sentence") {
  test::check_refuses_zero_snr(plms, "Plms");
}
