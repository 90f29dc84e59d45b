// SPDX-License-Identifier: MIT
// The weights of the solvers that draw noise, and of those of the predicted x_0, written out.
#include "formulas/scalar_run.hpp"
#include <iddpm/sampler/detail/phi.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/euler_ancestral.hpp>
#include <iddpm/sampler/lcm.hpp>
#include <iddpm/sampler/unipc.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace sampler = iddpm::sampler;
using namespace test;

namespace {

const Times to_x_start{960, 800.5, 610, 333.25, 201, 90, 20, 0, -1};

double bent(const NoiseLevel& level, double x) {
  return 0.6 * std::tanh(level.alpha * x + 0.3 * level.sigma) + 0.1 * std::sin(level.t);
}

template <class Step>
double by_hand(const Step& step) {
  const Path path(cosine_levels(), to_x_start);
  double x = 1.5;
  for (int k = 0; k < path.count(); ++k) x = step(path, k, x);
  return x;
}

// D, and what the second order adds to it: nothing in the first step and the last.
struct Extrapolated {
  double previous = 0;
  double operator()(const Path& path, int k, double x) {
    const double d = bent(path[k], x), before = previous;
    previous = d;
    if (k == 0 || k + 1 == path.count()) return d;
    return d + path.step(k) / path.step(k - 1) * (d - before) / 2;
  }
};

}  // namespace

TEST_CASE("DPM-Solver++(2M) is the paper's algorithm 2") {
  Extrapolated extrapolated;
  const auto step = [&](const Path& path, int k, double x) {
    const NoiseLevel from = path[k], to = path[k + 1];
    const double shrink = std::exp(-(to.half_log_snr - from.half_log_snr));
    return to.sigma / from.sigma * x + to.alpha * (1 - shrink) * extrapolated(path, k, x);
  };
  CHECK(run_scalar(sampler::DpmSolverPlusPlus{}, to_x_start, 1.5, bent) ==
        doctest::Approx(by_hand(step)).epsilon(1e-12));
}

TEST_CASE("SDE-DPM-Solver++(2M) is the paper's, with its noise") {
  Extrapolated extrapolated;
  const auto step = [&](const Path& path, int k, double x) {
    const NoiseLevel from = path[k], to = path[k + 1];
    const double shrink = std::exp(-(to.half_log_snr - from.half_log_snr));
    const double fresh = 1 - shrink * shrink;
    return to.sigma / from.sigma * shrink * x + to.alpha * fresh * extrapolated(path, k, x) +
           to.sigma * std::sqrt(fresh) * normal_of(k);
  };
  CHECK(run_scalar(sampler::SdeDpmSolverPlusPlus{}, to_x_start, 1.5, bent) ==
        doctest::Approx(by_hand(step)).epsilon(1e-12));
}

TEST_CASE("EulerAncestral goes down to S_down and adds S_up") {
  const auto step = [](const Path& path, int k, double x) {
    const NoiseLevel from = path[k], to = path[k + 1];
    const double s = from.ratio(), s_next = to.ratio();
    const double up = 0.7 * s_next * std::sqrt(1 - s_next * s_next / (s * s));
    const double down = std::sqrt(s_next * s_next - up * up);
    const double d = bent(from, x), eps = (x - from.alpha * d) / from.sigma;
    return to.alpha * (x / from.alpha + (down - s) * eps + up * normal_of(k));
  };
  CHECK(run_scalar(sampler::EulerAncestral{0.7}, to_x_start, 1.5, bent) ==
        doctest::Approx(by_hand(step)).epsilon(1e-12));
}

TEST_CASE("EulerAncestral's eta is 1 by default") {
  CHECK(run_scalar(sampler::EulerAncestral{}, to_x_start, 1.5, bent) ==
        run_scalar(sampler::EulerAncestral{1.0}, to_x_start, 1.5, bent));
}

TEST_CASE("Lcm noises the predicted x_0 anew") {
  const auto step = [](const Path& path, int k, double x) {
    return path[k + 1].alpha * bent(path[k], x) + path[k + 1].sigma * normal_of(k);
  };
  CHECK(run_scalar(sampler::Lcm{}, to_x_start, 1.5, bent) ==
        doctest::Approx(by_hand(step)).epsilon(1e-12));
}

TEST_CASE("UniPC's weights solve its equations, and phi is what it is defined as") {
  using iddpm::detail::phi;
  for (const double z : {-5.0, -2.5, -1.0, -0.3, 0.2, 1.9, 3.0}) {
    const double first = std::expm1(z) / z;
    CHECK(phi(1, z) == doctest::Approx(first).epsilon(1e-13));
    CHECK(phi(2, z) == doctest::Approx((first - 1) / z).epsilon(1e-12));
    CHECK(phi(3, z) == doctest::Approx(((first - 1) / z - 0.5) / z).epsilon(1e-11));
    CHECK(phi(4, z) == doctest::Approx((((first - 1) / z - 0.5) / z - 1.0 / 6) / z).epsilon(1e-10));
  }
  const std::array<double, 3> r{-1.3, -2.1, 1};
  const auto w = iddpm::detail::unipc_weights(r, 3, 0.4);
  double factorial = 1;
  for (int n = 1; n <= 3; ++n) {
    factorial *= n;
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += w[i] * std::pow(r[i], n - 1);
    CHECK(sum == doctest::Approx(factorial * phi(n + 1, -0.4) / phi(1, -0.4)).epsilon(1e-12));
  }
}

TEST_CASE("solvers of x_0 end in the last predicted x_0, and follow a constant one exactly") {
  const auto constant = [](const NoiseLevel&, double) { return 0.3; };
  for (int order : {1, 2, 3})
    CHECK(run_scalar(sampler::UniPc{order}, to_x_start, 1.5, constant) ==
          doctest::Approx(0.3).epsilon(1e-13));
  Times before = to_x_start;
  before.pop_back();
  const NoiseLevel from = noise_level(cosine_levels(), before.front());
  const NoiseLevel to = noise_level(cosine_levels(), before.back());
  const double end = to.alpha * 0.3 + to.sigma / from.sigma * (1.5 - from.alpha * 0.3);
  for (int order : {1, 2, 3})
    CHECK(run_scalar(sampler::UniPc{order}, before, 1.5, constant) ==
          doctest::Approx(end).epsilon(1e-12));
  CHECK(run_scalar(sampler::DpmSolverPlusPlus{}, before, 1.5, constant) ==
        doctest::Approx(end).epsilon(1e-12));
}
