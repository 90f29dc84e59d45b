// SPDX-License-Identifier: MIT
#include "support/zero_snr_checks.hpp"
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/sampler/ddim_inverse.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace iddpm;

namespace {

using test::diffusion, test::Exec, test::unclipped;

const sampler::DdimInverse<denoised::Clip> inverse{unclipped};
const sampler::DdimInverseFixedPoint<denoised::Clip> fixed_point{unclipped};

Times rising(Times times) {
  std::reverse(times.begin(), times.end());
  return times;
}

Times even_rise(const test::Diffusion<mean::Epsilon>& process, int steps) {
  return rising(log_snr_times_between(process, -4, 3, steps));
}

template <class V>
void scale(const V& view, double by) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
  for (std::size_t i = 0; i < host.size(); ++i)
    host.data()[i] *= static_cast<typename V::value_type>(by);
  Kokkos::deep_copy(view, host);
}

/// Up to the last timestep by the fixed point, down again by Ddim: the largest change.
template <class R, class P, class Net>
double round_trip_error(const P& process, const Net& net, std::size_t size = 5) {
  const Tensor<R, 2, Exec> x("x", 3, size);
  fill_normal(Exec{}, NoiseStream{.seed = 9}.user(0), x);
  scale(x, 0.5);
  const auto before = test::values(x);
  test::run_on(process, sampler::DdimInverseFixedPoint{unclipped}, net, x, {});
  // A network whose output is 0 would come to x_T = x_0 / 157.
  CHECK(test::distance(test::values(x), std::vector<double>(3 * size)) > 0.02);
  return test::distance(test::run_on(process, sampler::Ddim{0, unclipped}, net, x, {}), before);
}

template <class Schedule>
auto respaced(const Schedule& schedule, const char* spec) {
  return GaussianDiffusion<Schedule, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>{schedule}
      .respaced(spec);
}

/// The built-in network, all of whose parameters are drawn, so that its output is not zero.
template <class R>
Mlp<R, Exec> random_mlp() {
  const Mlp<R, Exec> net(Exec{},
                         {.data_size = 16,
                          .output_size = 16,
                          .width = 24,
                          .blocks = 1,
                          .time_features = 16,
                          .embedding = 16},
                         3);
  fill_normal(Exec{}, NoiseStream{.seed = 4}.weights(1), net.parameters());
  scale(net.parameters(), 0.1);
  return net;
}

}  // namespace

// S from 1 to 2: alpha from sqrt(1/2) to sqrt(1/5), sigma from sqrt(1/2) to 2 sqrt(1/5).
TEST_CASE("the weights of the inverse step are those worked by hand") {
  const auto process = diffusion<mean::Epsilon>();
  const Path path(process.levels(), rising(karras_times_between(process, 2, 1, 1)));
  const Stage stage = inverse.stages(path, 0).front();
  CHECK(stage.t == path[1].t);
  CHECK(stage.writes[0].reads[0] == doctest::Approx(std::sqrt(0.4)));
  CHECK(stage.writes[0].eps == doctest::Approx(1 / std::sqrt(5.0)));
  CHECK(stage.writes[0].x_start == 0);
}

TEST_CASE("both inverses are of order 1") {
  CHECK(std::abs(test::order_of(inverse, even_rise) - 1) < 0.15);
  CHECK(std::abs(test::order_of(fixed_point, even_rise) - 1) < 0.15);
}

TEST_CASE("both inverses are exact where eps is constant, from x_0 and between two levels") {
  const auto process = diffusion<mean::Epsilon>();
  for (const Times& times : test::many_paths(process)) {
    CAPTURE(times.size());
    const auto error = [&](const auto& solver) {
      return test::constant_error<mean::Epsilon>(process, solver, rising(times));
    };
    CHECK(error(inverse) < 1e-13);
    CHECK(error(fixed_point) < 1e-13);
  }
}

// E = (x - alpha c) / sigma there, so only the one at x_t itself is right.
TEST_CASE("the fixed point is exact where x_0 is constant; the inverse comes to it") {
  const auto process = diffusion<mean::StartX>();
  const auto error = [&](const auto& solver, int steps) {
    return test::constant_error<mean::StartX>(
        process, solver, rising(log_snr_times_between(process, -3, 0.5, steps)));
  };
  for (const int steps : {5, 20}) CHECK(error(fixed_point, steps) < 1e-13);
  CHECK(std::log2(error(inverse, 320) / error(inverse, 640)) == doctest::Approx(1).epsilon(0.1));
}

TEST_CASE("Ddim leads back to where the fixed point came from") {
  const auto net = test::gaussian_net<mean::Epsilon>();
  const auto check = [&](const auto& process) {
    CAPTURE(process.num_timesteps());
    CHECK(round_trip_error<double>(process, net) < 1e-12);
    CHECK(round_trip_error<float>(process, net) < 1e-5);
    if (process.num_timesteps() > 50) return;  // a network's iterations take their time
    CHECK(round_trip_error<double>(process, random_mlp<double>(), 16) < 1e-12);
    // What rounding takes of x_T is divided by sqrt(alpha_bar_T) = 1 / 157 on the way down.
    CHECK(round_trip_error<float>(process, random_mlp<float>(), 16) < 5e-5);
  };
  for (const char* spec : {"20", "50", "250"}) check(respaced(schedule::Linear{1000}, spec));
  check(respaced(schedule::Cosine{1000}, "ddim50"));
}

TEST_CASE("what does not settle is an error that says where") {
  const auto process = diffusion<mean::StartX>();
  try {
    test::run_on(process, fixed_point, test::constant_net(), test::normals(2, 3),
                 {.times = {10, 20, 900}});
    FAIL("a step that shrinks the error by S_s / S_t only has settled");
  } catch (const std::runtime_error& error) {
    const std::string sentence = error.what();
    CAPTURE(sentence);
    CHECK(sentence.starts_with(
        "sample: the fixed point of transition 1 (t = 900) must converge within 100 iterations; "
        "got a residual of "));
    CHECK(std::stod(sentence.substr(sentence.rfind(' '))) > 1e-10);
  }
  // The last of 20 even steps goes from S = 12 to the cosine's 20000.
  CHECK_THROWS_AS(round_trip_error<double>(respaced(schedule::Cosine{1000}, "20"),
                                           test::gaussian_net<mean::Epsilon>()),
                  std::runtime_error);
}

TEST_CASE("a sample's bits depend neither on its batch, its rank, nor on a stop") {
  const auto check = [](const auto& solver) {
    test::check_batch_independence<mean::Epsilon>(solver);
    test::check_ranks<mean::Epsilon>(solver);
    test::check_resumes<mean::Epsilon>(solver);
    test::check_first<mean::Epsilon>(solver);
  };
  check(inverse);
  check(fixed_point);
}

TEST_CASE("what the network predicts does not matter") {
  test::check_mean_types(sampler::DdimInverse{denoised::Clip{-0.4, 0.3}});
}

TEST_CASE("zero terminal SNR is refused with a sentence") {
  test::check_refuses_zero_snr(inverse, "DdimInverse");
  test::check_refuses_zero_snr(fixed_point, "DdimInverseFixedPoint");
}
