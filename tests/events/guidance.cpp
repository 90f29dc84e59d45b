// SPDX-License-Identifier: MIT
// Wrappers of denoisers: what each call queues, and that its second call allocates nothing.
#include "setup.hpp"
#include <iddpm/denoiser.hpp>
#include <iddpm/sampler/keep_x_start.hpp>
#include <iddpm/sampler/observer.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

const std::string call = "launch denoiser", guide = "launch iddpm::denoiser::guidance",
                  rescale = "launch iddpm::denoiser::guidance_rescale; " + guide;

Coefficients<double> row_at(double timestep) {
  Coefficients<double> row{};
  row.timestep = timestep;
  row.alpha_bar = row.sqrt_alpha_bar = row.one_minus_alpha_bar = row.sqrt_recipm1_alpha_bar = 0.5;
  return row;
}

// The events of a denoiser's third call, of three with the row or three without.
template <class D, class... Row>
std::string events_of(const D& denoiser, const Row&... row) {
  const Exec exec;
  const auto x = images(), out = images(2);
  const Tensor<float, 1, Exec> t("t", samples);
  for (int i = 0; i < 2; ++i) denoiser(exec, x, t, out, row...);
  KokkosEvents recorder;
  denoiser(exec, x, t, out, row...);
  return described(recorder.take());
}

}  // namespace

TEST_CASE("classifier-free guidance is the two calls and one launch, two with rescaling") {
  using guidance::ClassifierFree;
  const auto with = [](const guidance::ClassifierFreeOptions& options) {
    return ClassifierFree{OneLaunch{}, OneLaunch{}, options};
  };
  const std::string both = call + "; " + call + "; ";
  CHECK(events_of(with({.scale = 3})) == both + guide);
  CHECK(events_of(with({.scale = 3, .rescale = 0.5})) == both + rescale);
  CHECK(events_of(with({.scale = 3, .interval = {100, 200}})) == both + guide);
  CHECK(events_of(with({.scale = 1, .rescale = 0.5, .interval = {100, 200}})) == call);
  CHECK(events_of(with({.scale = 0, .rescale = 0.5})) == call);
}

TEST_CASE("where the row is known, one call is enough outside the interval") {
  using guidance::ClassifierFree;
  const ClassifierFree guided{OneLaunch{}, OneLaunch{},
                              guidance::ClassifierFreeOptions{.scale = 3, .interval = {100, 200}}};
  CHECK(events_of(guided, row_at(99)) == call);
  CHECK(events_of(guided, row_at(100)) == call + "; " + call + "; " + guide);
}

TEST_CASE("doubled guidance is one call between two launches") {
  const std::string doubled = "launch iddpm::denoiser::guidance_doubled; " + call + "; ";
  for (const double scale : {0.0, 1.0, 3.0})
    CHECK(events_of(guidance::ClassifierFreeDoubled(OneLaunch{}, {.scale = scale})) ==
          doubled + guide);
  CHECK(events_of(guidance::ClassifierFreeDoubled(OneLaunch{}, {.scale = 3, .rescale = 1})) ==
        doubled + rescale);
}

TEST_CASE("classifier guidance is both calls and one launch; a condition one launch before") {
  const auto guided = guidance::classifier<mean::Epsilon>(OneLaunch{}, OneLaunch{}, 2);
  CHECK(events_of(guided, row_at(5)) ==
        call + "; " + call + "; launch iddpm::denoiser::classifier");
  const std::string joined = "launch iddpm::denoiser::concatenated; " + call;
  CHECK(events_of(Concatenated{OneLaunch{}, images()}) == joined);
  CHECK(events_of(Concatenated{OneLaunch{}, images()}, row_at(5)) == joined);
}

TEST_CASE("keeping x_0 is one copy in the order of exec") {
  const Exec exec;
  const auto condition = images(), x_start = images();
  KokkosEvents recorder;
  KeepXStart{condition}(exec, SamplingStep{}, x_start, x_start);
  CHECK(described(recorder.take()) == "deep copy images");
}
