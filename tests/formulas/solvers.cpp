// SPDX-License-Identifier: MIT
// The weights of every solver of the ODE: its order on Gaussian data, and the papers' algorithms
// over x_t, written out.
#include "formulas/scalar_run.hpp"
#include <iddpm/sampler/ddim_inverse.hpp>
#include <iddpm/sampler/dpm_solver.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/edm.hpp>
#include <iddpm/sampler/plms.hpp>
#include <iddpm/sampler/unipc.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace sampler = iddpm::sampler;
using namespace test;

namespace {

const Times uneven{960, 800.5, 610, 333.25, 201, 90, 20, 3};

// A prediction that is no straight line in x, so that no weight can stand for another.
double bent(const NoiseLevel& level, double x) {
  return 0.6 * std::tanh(level.alpha * x + 0.3 * level.sigma) + 0.1 * std::sin(level.t);
}
double eps_of(const NoiseLevel& level, double x) {
  return (x - level.alpha * bent(level, x)) / level.sigma;
}

// What `step(path, k, x)` makes of 1.5 over the uneven times and then to x_0, by the prediction.
template <class Step>
double by_hand(const Step& step) {
  const Path path(cosine_levels(), uneven);
  double x = 1.5;
  for (int k = 0; k < path.count(); ++k) x = step(path, k, x);
  return x;
}

}  // namespace

TEST_CASE("a stage that says nothing is called on the state, reads no buffer and writes none") {
  const iddpm::Stage stage;
  CHECK(std::isnan(stage.t));
  CHECK(stage.at == 0);
  CHECK(stage.noise_ahead == 0);
  CHECK(stage.tolerance == 0);
  for (std::size_t i = 0; i < 3; ++i) {
    const iddpm::Combination& sum = stage.writes[i];
    CHECK(stage.reads[i] == -1);
    CHECK(sum.to == -1);
    CHECK(std::vector<double>{sum.x_start, sum.eps, sum.noise, sum.reads[i]} ==
          std::vector<double>(4, 0));
  }
  CHECK_FALSE(iddpm::TransitionStart{7}.adds_noise());
  CHECK(iddpm::TransitionStart{.t = 7, .scale = 1, .deviation = 0.1}.adds_noise());
}

TEST_CASE("each solver has its order on Gaussian data, in steps of one length in lambda") {
  CHECK(scalar_order(sampler::DpmSolverPlusPlus{1}, even_in_lambda) ==
        doctest::Approx(1).epsilon(0.1));
  CHECK(scalar_order(sampler::DpmSolverPlusPlus{}, even_in_lambda) > 1.9);
  CHECK(scalar_order(sampler::DpmSolver2{}, even_in_lambda) > 1.9);
  CHECK(scalar_order(sampler::DpmSolver3{}, even_in_lambda) > 2.8);
  CHECK(scalar_order(sampler::UniPc{1}, even_in_lambda) > 1.9);
  CHECK(scalar_order(sampler::UniPc{2}, even_in_lambda) > 2.8);
  CHECK(scalar_order(sampler::UniPc{3}, even_in_lambda) > 2.8);
  CHECK(scalar_order(sampler::Plms{}, even_in_lambda) > 1.9);
  CHECK(scalar_order(sampler::Heun{}, even_in_karras) > 1.9);
  CHECK(scalar_order(sampler::Euler{}, even_in_karras) == doctest::Approx(1).epsilon(0.1));
}

TEST_CASE("solvers of lambda have it in other steps too") {
  CHECK(scalar_order(sampler::DpmSolverPlusPlus{}, even_in_karras) > 1.9);
  CHECK(scalar_order(sampler::DpmSolver3{}, even_in_karras) > 2.8);
  CHECK(scalar_order(sampler::UniPc{2}, even_in_karras) > 2.8);
  CHECK(scalar_order(sampler::UniPc{3}, even_in_karras) > 2.8);
}

TEST_CASE("DPM-Solver-2 and -3 are the paper's algorithms 1 and 2") {
  const auto second = [](const Path& path, int k, double x) {
    const NoiseLevel from = path[k], to = path[k + 1];
    const double h = to.half_log_snr - from.half_log_snr;
    const NoiseLevel u = path.at_half_log_snr(from.half_log_snr + h / 2);
    const double x_u = u.alpha / from.alpha * x - u.sigma * std::expm1(h / 2) * eps_of(from, x);
    return to.alpha / from.alpha * x - to.sigma * std::expm1(h) * eps_of(u, x_u);
  };
  CHECK(run_scalar(sampler::DpmSolver2{}, uneven, 1.5, bent) ==
        doctest::Approx(by_hand(second)).epsilon(1e-12));
  const auto third = [](const Path& path, int k, double x) {
    const NoiseLevel from = path[k], to = path[k + 1];
    const double h = to.half_log_snr - from.half_log_snr, r1 = 1.0 / 3, r2 = 2.0 / 3;
    const NoiseLevel u = path.at_half_log_snr(from.half_log_snr + r1 * h);
    const NoiseLevel w = path.at_half_log_snr(from.half_log_snr + r2 * h);
    const double e = eps_of(from, x);
    const double x_u = u.alpha / from.alpha * x - u.sigma * std::expm1(r1 * h) * e;
    const double d_u = eps_of(u, x_u) - e;
    const double x_w = w.alpha / from.alpha * x - w.sigma * std::expm1(r2 * h) * e -
                       w.sigma * r2 / r1 * (std::expm1(r2 * h) / (r2 * h) - 1) * d_u;
    const double d_w = eps_of(w, x_w) - e;
    return to.alpha / from.alpha * x - to.sigma * std::expm1(h) * e -
           to.sigma / r2 * (std::expm1(h) / h - 1) * d_w;
  };
  CHECK(run_scalar(sampler::DpmSolver3{}, uneven, 1.5, bent) ==
        doctest::Approx(by_hand(third)).epsilon(1e-12));
}

TEST_CASE("Heun's method is EDM's algorithm 2, Euler's its first half") {
  const auto euler = [](const Path& path, int k, double x) {
    const double ds = path[k + 1].ratio() - path[k].ratio();
    return path[k + 1].alpha * (x / path[k].alpha + ds * eps_of(path[k], x));
  };
  CHECK(run_scalar(sampler::Euler{}, uneven, 1.5, bent) ==
        doctest::Approx(by_hand(euler)).epsilon(1e-12));
  const auto heun = [&](const Path& path, int k, double x) {
    const double ds = path[k + 1].ratio() - path[k].ratio(), next = euler(path, k, x);
    return path[k + 1].alpha *
           (x / path[k].alpha + ds * (eps_of(path[k], x) + eps_of(path[k + 1], next)) / 2);
  };
  CHECK(run_scalar(sampler::Heun{}, uneven, 1.5, bent) ==
        doctest::Approx(by_hand(heun)).epsilon(1e-12));
}

TEST_CASE("churn adds the noise between S and (1 + gamma) S, where S lies in its range") {
  const iddpm::Churn churn{.amount = 0.7, .low = 0.05, .high = 20, .noise = 1.1};
  const auto heun = [&](const Path& path, int k, double x) {
    NoiseLevel from = path[k];
    const NoiseLevel to = path[k + 1];
    const double s = from.ratio();
    double y = x / from.alpha;
    if (s >= churn.low && s <= churn.high) {
      const double wanted = s * (1 + std::min(0.7 / 7, std::sqrt(2.0) - 1));
      y += std::sqrt(wanted * wanted - s * s) * 1.1 * normal_of(k);
      from = path.at_half_log_snr(-std::log(wanted));
    }
    const double ds = to.ratio() - from.ratio();
    const double e = eps_of(from, from.alpha * y), next = to.alpha * (y + ds * e);
    return to.alpha * (y + ds * (e + eps_of(to, next)) / 2);
  };
  CHECK(run_scalar(sampler::Heun{churn}, uneven, 1.5, bent) ==
        doctest::Approx(by_hand(heun)).epsilon(1e-9));
  // Much churn is cut to sqrt(2) - 1, and never goes beyond the last timestep.
  const Path path(cosine_levels(), {999, 500, 100});
  CHECK_FALSE(sampler::Euler{{.amount = 0}}.start(path, 1).adds_noise());
  const double s = path[1].ratio();
  const double much = sampler::Euler{{.amount = 50}}.start(path, 1).t;
  CHECK(noise_level(cosine_levels(), much).ratio() == doctest::Approx(std::sqrt(2.0) * s));
  CHECK(sampler::Euler{{.amount = 50}}.start(path, 0).t == 999);
}

TEST_CASE("Plms combines the last four eps by Adams and Bashforth's weights") {
  std::vector<double> e;
  const auto plms = [&](const Path& path, int k, double x) {
    const NoiseLevel from = path[k], to = path[k + 1];
    const auto ddim = [&](double eps) {
      return to.alpha * (x - from.sigma * eps) / from.alpha + to.sigma * eps;
    };
    e.insert(e.begin(), eps_of(from, x));
    if (k == 0) return ddim((e[0] + eps_of(to, ddim(e[0]))) / 2);
    if (k == 1) return ddim((3 * e[0] - e[1]) / 2);
    if (k == 2) return ddim((23 * e[0] - 16 * e[1] + 5 * e[2]) / 12);
    return ddim((55 * e[0] - 59 * e[1] + 37 * e[2] - 9 * e[3]) / 24);
  };
  CHECK(run_scalar(sampler::Plms{}, uneven, 1.5, bent) ==
        doctest::Approx(by_hand(plms)).epsilon(1e-12));
}

TEST_CASE("DdimInverse is Ddim's step solved for x_t, and the fixed point leads back exactly") {
  const Times up{3, 40, 90, 201, 300};
  const Path path(cosine_levels(), up);
  double x = 0.4;
  for (int k = 0; k < path.count(); ++k) {
    const double e = eps_of(path[k + 1], x);
    x = path[k + 1].alpha * (x - path[k].sigma * e) / path[k].alpha + path[k + 1].sigma * e;
  }
  CHECK(run_scalar(sampler::DdimInverse{}, up, 0.4, bent) == doctest::Approx(x).epsilon(1e-12));
  const double encoded = run_scalar(sampler::DdimInverseFixedPoint{}, up, 0.4, bent);
  CHECK(run_scalar(sampler::Euler{}, {up.rbegin(), up.rend()}, encoded, bent) ==
        doctest::Approx(0.4).epsilon(1e-12));
  CHECK(encoded != doctest::Approx(x).epsilon(1e-6));
}
