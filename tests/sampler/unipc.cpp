// SPDX-License-Identifier: MIT
#include "support/zero_snr_checks.hpp"
#include <iddpm/sampler/unipc.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using test::diffusion, test::unclipped;

const denoised::Clip narrow{-0.4, 0.3};

template <class Check>
void with_orders(const Check& check) {
  for (const int order : {1, 2, 3}) {
    CAPTURE(order);
    check(sampler::UniPc{order, unclipped});
  }
}

}  // namespace

// phi_1(z) = (e^z - 1) / z, phi_2(z) = (phi_1(z) - 1) / z, phi_3(z) = (phi_2(z) - 1/2) / z.
TEST_CASE("phi is its definition where that is exact, and its series near 0") {
  using detail::phi;
  CHECK(phi(1, 1) == doctest::Approx(std::exp(1.0) - 1));
  CHECK(phi(2, 1) == doctest::Approx(std::exp(1.0) - 2));
  CHECK(phi(3, -1) == doctest::Approx(0.5 - std::exp(-1.0)));
  CHECK(phi(1, 0) == 1);
  CHECK(phi(2, 0) == 0.5);
  CHECK(phi(3, 0) == doctest::Approx(1.0 / 6).epsilon(1e-15));
  for (int n = 1; n <= 4; ++n)
    for (const double edge : {2.0, -2.0})
      CHECK(phi(n, edge) == doctest::Approx(phi(n, std::nextafter(edge, 2 * edge))).epsilon(1e-14));
}

// One earlier D at r = -1 and the new one at r = 1: w_1 + w_2 = b_1, -w_1 + w_2 = b_2.
TEST_CASE("UniPC's weights solve their equations") {
  using detail::phi;
  const double h = 0.7, b1 = phi(2, -h) / phi(1, -h), b2 = 2 * phi(3, -h) / phi(1, -h),
               b3 = 6 * phi(4, -h) / phi(1, -h);
  const auto two = detail::unipc_weights({-1, 1, 1}, 2, h);
  CHECK(two[0] == doctest::Approx((b1 - b2) / 2));
  CHECK(two[1] == doctest::Approx((b1 + b2) / 2));
  CHECK(detail::unipc_weights({1, 1, 1}, 1, h)[0] == doctest::Approx(b1));
  const std::array<double, 3> r{-0.8, -2.1, 1};
  const auto w = detail::unipc_weights(r, 3, h);
  CHECK(w[0] + w[1] + w[2] == doctest::Approx(b1));
  CHECK(w[0] * r[0] + w[1] * r[1] + w[2] * r[2] == doctest::Approx(b2));
  CHECK(w[0] * r[0] * r[0] + w[1] * r[1] * r[1] + w[2] * r[2] * r[2] == doctest::Approx(b3));
}

TEST_CASE("the observed order of UniPC is its order and one more") {
  for (const int order : {1, 2, 3})
    CHECK(std::abs(test::order_of(sampler::UniPc{order, unclipped}) - order - 1) < 0.15);
}

TEST_CASE("UniPC is exact where eps or x_0 is constant") {
  with_orders([](const auto& solver) { test::check_exact_for_constants(solver); });
}

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  with_orders([](const auto& solver) {
    test::check_batch_independence<mean::StartX>(solver);
    test::check_resumes<mean::StartX>(solver);
    test::check_resumes<mean::Epsilon>(solver);
  });
  test::check_batch_independence<mean::Epsilon>(sampler::UniPc{3});
  test::check_ranks<mean::StartX>(sampler::UniPc{3});
}

TEST_CASE("a run may begin anywhere on its path, and ends with the processed x_0") {
  with_orders([](const auto& solver) { test::check_first<mean::StartX>(solver); });
  for (const int order : {1, 2, 3}) {
    test::check_last_step<mean::Epsilon>(sampler::UniPc{order, narrow});
    test::check_last_step<mean::StartX>(sampler::UniPc{order, narrow});
  }
}

TEST_CASE("what the network predicts does not matter") {
  test::check_mean_types(sampler::UniPc{3, narrow});
}

TEST_CASE("at zero terminal SNR the first step is Ddim's") {
  with_orders([](const auto& solver) { test::check_zero_snr(solver); });
}

// The order of a step is seen in what it reads: the corrected state and one D per order above 1.
TEST_CASE("the order begins at 1, and falls to 2 and 1 towards x_0") {
  const auto process = diffusion<mean::StartX>();
  const sampler::UniPc<> solver{3};
  const Path path(process.levels(), log_snr_times(process, 7));
  const auto earlier = [&](int k) {
    const auto reads = solver.stages(path, k).front().writes[0].reads;
    return (reads[1] != 0 ? 1 : 0) + (reads[2] != 0 ? 1 : 0);
  };
  const auto corrects = [&](int k) {
    return solver.stages(path, k).front().writes[0].reads[0] != 0;
  };
  const std::array<int, 7> expected{0, 1, 2, 2, 2, 1, 0};
  for (int k = 0; k < 7; ++k) CHECK(earlier(k) == expected[static_cast<std::size_t>(k)]);
  CHECK_FALSE(corrects(0));
  for (int k = 1; k < 6; ++k) CHECK(corrects(k));
}

// The first step is corrected once the second knows D at its end: with D = x_start(t) alone, known
// in advance, two steps are one formula.
TEST_CASE("a second step begins with the corrected state of the first") {
  const auto process = diffusion<mean::StartX>();
  const test::RowNet net{test::RowNet::zero, [](const test::Row& c) { return c.alpha_bar; }};
  const Times times = log_snr_times_between(process, -1, 1, 2);
  const Path path(process.levels(), times);
  const auto x = test::normals(1, 1);
  test::Exec{}.fence();
  const double from = test::values(x)[0];
  const auto found = test::run_on(process, sampler::UniPc{1, unclipped}, net, x, {.times = times});
  // h = 1: x_s = (sigma_s / sigma_t) x + alpha_s ((1 - e^{-1}) D_t + phi_2(-1) (D_s - D_t)), where
  // phi_2(-1) = e^{-1}; then the same without the last term.
  const double e = std::exp(-1.0), d0 = path[0].alpha * path[0].alpha,
               d1 = path[1].alpha * path[1].alpha;
  const double x1 =
      path[1].sigma / path[0].sigma * from + path[1].alpha * ((1 - e) * d0 + e * (d1 - d0));
  const double x2 = path[2].sigma / path[1].sigma * x1 + path[2].alpha * (1 - e) * d1;
  CHECK(found[0] == doctest::Approx(x2).epsilon(1e-13));
}

// x_s = sigma_s (x_t / sigma_t + integral of e^lambda D), and a step's D is the polynomial through
// those it knows: with a D that is quadratic in lambda all of order 3 is exact but the first step,
// which knows a line.
TEST_CASE("on uneven steps UniPC integrates polynomials of its order") {
  const auto process = diffusion<mean::StartX>();
  const std::array<double, 6> lambda{-1, -0.7, 0.2, 0.5, 1.4, 1.6};
  Times times;
  for (const double l : lambda) times.push_back(process.levels().t_of_half_log_snr(l));
  const Path path(process.levels(), times);
  const auto x = [] { return test::normals(1, 1); };
  const double begin = test::values(x())[0] / path[0].sigma;
  // Of e^l (c0 + c1 l + c2 l^2).
  const auto integral = [](double from, double to, double c0, double c1, double c2) {
    const auto at = [&](double l) {
      return std::exp(l) * (c0 + c1 * (l - 1) + c2 * (l * l - 2 * l + 2));
    };
    return at(to) - at(from);
  };
  const test::RowNet line{test::RowNet::zero, [](const test::Row& c) {
                            return 0.3 + 0.5 * std::log(c.alpha_bar / c.one_minus_alpha_bar) / 2;
                          }};
  for (const int order : {2, 3}) {
    const auto found =
        test::run_on(process, sampler::UniPc{order, unclipped}, line, x(), {.times = times});
    CHECK(found[0] ==
          doctest::Approx(path[5].sigma * (begin + integral(-1, 1.6, 0.3, 0.5, 0))).epsilon(1e-12));
  }
  const test::RowNet parabola{test::RowNet::zero, [](const test::Row& c) {
                                const double l = std::log(c.alpha_bar / c.one_minus_alpha_bar) / 2;
                                return l * l;
                              }};
  // Through (-1, 1) and (-0.7, 0.49) goes -0.7 - 1.7 l.
  const auto found =
      test::run_on(process, sampler::UniPc{3, unclipped}, parabola, x(), {.times = times});
  CHECK(found[0] == doctest::Approx(path[5].sigma * (begin + integral(-1, -0.7, -0.7, -1.7, 0) +
                                                     integral(-0.7, 1.6, 0, 0, 1)))
                        .epsilon(1e-12));
}

// With D the same everywhere a corrector has nothing to correct.
TEST_CASE("a state that an observer replaced is what the next step begins with") {
  const auto process = diffusion<mean::StartX>();
  const Times times = log_snr_times_between(process, -2, 1, 5);
  const auto x = test::normals(2, 3), replaced = test::normals(2, 3, 7);
  const auto observer = [&](const auto& exec, const SamplingStep& step, const auto& state,
                            const auto&) {
    if (step.index == 2) Kokkos::deep_copy(exec, state, replaced);
  };
  sample(test::Exec{}, process, sampler::UniPc{3, unclipped}, test::constant_net(), NoiseStream{},
         x, observer, {.times = times});
  std::vector<double> expected = test::values(replaced);
  const Path path(process.levels(), times);
  for (double& value : expected) value = test::exact_end<mean::StartX>(path[3], path[5], value);
  CHECK(test::distance(test::values(x), expected) < 1e-13);
}

TEST_CASE("another order is refused with a sentence") {
  CHECK_THROWS_WITH_AS(sampler::UniPc{4}, "UniPc: order must be 1, 2 or 3; got 4",
                       std::invalid_argument);
  CHECK_THROWS_AS(sampler::UniPc{0}, std::invalid_argument);
}
