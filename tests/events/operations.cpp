// SPDX-License-Identifier: MIT
// A batch operation is one launch on the caller's instance and nothing else.
#include "setup.hpp"
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/likelihood/reconstruct.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/metrics/image_quality.hpp>
#include <iddpm/process.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

using Numbers = Tensor<float, 1, Exec>;

// Kokkos' own scratch memory grows at a first launch, so what counts is a second one.
template <class Operation>
void check(const std::string& launches, const Operation& operation) {
  const Exec exec;
  operation(exec);
  KokkosEvents recorder;
  operation(exec);
  const auto events = recorder.take();
  CHECK(described(events) == launches);
  CHECK(foreign_labels(events) == "");
  for (const auto& event : events)
    CHECK(event.device == Kokkos::Tools::Experimental::device_id(exec));
}

struct Arguments {
  Learned process{schedule::Cosine{4}};
  Images x = images(), y = images(), z = images(), w = images();
  Images output = images(2), gradient = images(2);
  Images none;
  Numbers per_sample{"per_sample", samples};
  Tensor<int, 1, Exec> t{"t", samples};
};

// Every operation that takes timesteps, with one for the batch or one per sample.
template <class T>
void check_all(const Arguments& b, const T& t) {
  const auto& p = b.process;
  const Draw draw = noise.user(0);
  check("launch iddpm::process::q_sample",
        [&](const Exec& exec) { q_sample(exec, p, b.x, t, draw, b.y); });
  check("launch iddpm::process::q_sample",
        [&](const Exec& exec) { q_sample(exec, p, b.x, t, b.z, b.y); });
  check("launch iddpm::process::q_mean_variance",
        [&](const Exec& exec) { q_mean_variance(exec, p, b.x, t, b.y, b.z, b.w); });
  check("launch iddpm::process::q_posterior_mean_variance",
        [&](const Exec& exec) { q_posterior_mean_variance(exec, p, b.x, b.y, t, b.y, b.z, b.w); });
  check("launch iddpm::process::extract",
        [&](const Exec& exec) { extract(exec, p, &Coefficients<float>::beta, t, b.y); });
  check("launch iddpm::process::network_timesteps",
        [&](const Exec& exec) { network_timesteps(exec, p, t, b.per_sample); });
  check("launch iddpm::process::p_mean_variance", [&](const Exec& exec) {
    p_mean_variance(exec, p, b.x, t, b.output, b.y, b.z, b.w, b.none);
  });
  check("launch iddpm::sampler::p_sample",
        [&](const Exec& exec) { p_sample(exec, p, b.x, t, b.output, draw, b.y, b.z); });
  check("launch iddpm::sampler::ddim_sample",
        [&](const Exec& exec) { ddim_sample(exec, p, b.x, t, b.output, 0.5, draw, b.y); });
  check("launch iddpm::sampler::ddim_reverse_sample",
        [&](const Exec& exec) { ddim_reverse_sample(exec, p, b.x, t, b.output, b.y); });
  check("launch iddpm::process::vb_terms_bpd",
        [&](const Exec& exec) { vb_terms_bpd(exec, p, b.x, b.y, t, b.output, b.per_sample); });
  const TrainingLosses<Numbers> losses{b.per_sample, {}, {}};
  check("launch iddpm::loss::training_losses", [&](const Exec& exec) {
    training_losses(exec, p, b.x, b.y, t, draw, b.output, 1.0f, losses, b.none);
  });
  check("launch iddpm::loss::training_losses", [&](const Exec& exec) {
    training_losses(exec, p, b.x, b.y, t, draw, b.output, 1.0f, losses, b.gradient);
  });
}

}  // namespace

TEST_CASE("fill_normal, prior_bpd, psnr and ssim are one launch") {
  const Arguments b;
  const Tensor<double, 1, Exec> quality("quality", samples);
  check("launch iddpm::random::fill_normal",
        [&](const Exec& exec) { fill_normal(exec, noise.initial(), b.x); });
  check("launch iddpm::likelihood::prior_bpd",
        [&](const Exec& exec) { prior_bpd(exec, b.process, b.x, b.per_sample); });
  check("launch iddpm::metrics::psnr",
        [&](const Exec& exec) { metrics::psnr(exec, b.x, b.y, quality); });
  check("launch iddpm::metrics::ssim",
        [&](const Exec& exec) { metrics::ssim(exec, b.x, b.y, quality); });
}

// Where values on a device are checked, the check is a launch and waits for it.
TEST_CASE("every operation at a timestep is one launch" * doctest::skip(checks_values)) {
  check_all(Arguments{}, 2);
}

TEST_CASE("so it is with a timestep per sample" * doctest::skip(checks_values)) {
  const Arguments b;
  check_all(b, b.t);
}

TEST_CASE("a dynamic threshold that is bound is measured by one launch more") {
  const Arguments b;
  const auto bound = bind_denoised<float>(Exec{}, denoised::DynamicThreshold{}, samples);
  const std::string threshold = "launch iddpm::parametrization::dynamic_threshold; ";
  check(threshold + "launch iddpm::process::p_mean_variance", [&](const Exec& exec) {
    p_mean_variance(exec, b.process, b.x, 2, b.output, bound, b.y, b.z, b.w, b.none);
  });
  check(threshold + "launch iddpm::sampler::p_sample", [&](const Exec& exec) {
    sampler::Ancestral{bound}(exec, b.process, b.x, 2, b.output, noise.sampler(0), b.y);
  });
}

TEST_CASE("bits_per_dim is two launches per timestep and three for all" *
          doctest::skip(checks_values)) {
  const Exec exec;
  const Arguments b;
  const auto score = [&] { return bits_per_dim(exec, b.process, OneLaunch{}, noise, b.x); };
  const auto first = score();
  KokkosEvents recorder;
  const auto second = score();
  const auto events = recorder.take();
  std::string launches = "launch iddpm::process::timesteps; launch iddpm::likelihood::prior_bpd; ";
  for (int t = 0; t < 4; ++t)
    launches +=
        "launch iddpm::process::q_sample; launch denoiser; "
        "launch iddpm::likelihood::bits_per_dim; ";
  CHECK(described(EventKind::launch, events) == launches + "launch iddpm::likelihood::total");
  CHECK(described(EventKind::deep_copy, events) == "");
  // From the first launch to the last one only launches, but for the result's five Views.
  const auto is_launch = [](const KokkosEvent& e) { return e.kind == EventKind::launch; };
  const auto from = std::find_if(events.begin(), events.end(), is_launch);
  const auto to = std::find_if(events.rbegin(), events.rend(), is_launch).base();
  CHECK(foreign_labels({events.begin(), to}) == "");
  CHECK(described(EventKind::fence, {from, to}) == "");
  CHECK(std::count_if(from, to, is_launch) + 5 == to - from);
}
