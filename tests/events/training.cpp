// SPDX-License-Identifier: MIT
// Training: nothing but launches from the second step on; the first allocates what all need.
#include "setup.hpp"
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/timestep/loss_second_moment.hpp>
#include <iddpm/training/monitor.hpp>
#include <iddpm/training/trainer.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

using Net = Mlp<float, Exec>;

Net network(int labels = 0) {
  MlpOptions options;
  options.data_size = channels * side * side;
  options.output_size = 2 * options.data_size;
  options.width = 16;
  options.blocks = 1;
  options.time_features = 8;
  options.embedding = 8;
  options.labels = labels;
  return Net(Exec{}, options, 1);
}

// Where Views are made, what is allocated (but for Kokkos' scratch memory) and copied to is ours,
// and Kokkos fills and copies them by launches, and in some versions fences, of its own.
void check_labels_of_beginning(const std::vector<KokkosEvent>& events) {
  for (const auto& event : events) {
    CAPTURE(event.label);
    const bool is_ours = event.label.starts_with("iddpm::");
    const bool is_known = is_ours || event.label.starts_with("Kokkos::");
    if (event.kind == EventKind::launch || event.kind == EventKind::allocation) CHECK(is_known);
    if (event.kind == EventKind::deep_copy) CHECK(is_ours);
  }
  CHECK(named(EventKind::fence, "Unnamed", events) == "");
}

template <class Sampler>
void check(const Sampler& timesteps, const TrainerSettings& settings) {
  const Exec exec;
  const Learned process{schedule::Cosine{4}};
  const auto x = images();
  Net net = network();
  KokkosEvents recorder;
  Trainer<Learned, Net, float, Sampler> trainer(exec, process, net, settings, noise, timesteps);
  const auto constructed = recorder.take();
  CHECK(named(EventKind::fence, "iddpm::", constructed) == "");
  check_labels_of_beginning(constructed);
  trainer.step(exec, net, x, 1e-3);
  const auto first = recorder.take();
  CHECK(named(EventKind::fence, "iddpm::", first) == "");
  CHECK(described(EventKind::deep_copy, first) == "");
  check_labels_of_beginning(first);
  for (int step = 0; step < 3; ++step) {
    trainer.step(exec, net, x, 1e-3);
    const auto events = recorder.take();
    CHECK(described(EventKind::launch, events) == described(events));
    CHECK(foreign_labels(events) == "");
    CHECK(events.size() > 30);
    for (const auto& event : events)
      CHECK(event.device == Kokkos::Tools::Experimental::device_id(exec));
  }
}

TrainerSettings clipped() {
  TrainerSettings settings;
  settings.clip_norm = 1;
  settings.ema_rates = {0.9, 0.99};
  return settings;
}

}  // namespace

// Where values on a device are checked, the check waits for it.
TEST_CASE("a training step only launches" * doctest::skip(checks_values)) {
  check(timestep::Uniform{}, TrainerSettings{});
  check(timestep::Uniform{}, clipped());
}

TEST_CASE("one that learns which timesteps to draw too" * doctest::skip(checks_values)) {
  check(timestep::LossSecondMoment<Exec>(Exec{}, 4), clipped());
}

TEST_CASE("a step with labels too, from the second on" * doctest::skip(checks_values)) {
  const Exec exec;
  Net net = network(10);
  TrainerSettings settings;
  settings.label_dropout = 0.5;
  Trainer<Learned, Net> trainer(exec, Learned{schedule::Cosine{4}}, net, settings, noise);
  const auto x = images();
  const Tensor<int, 1, Exec> labels("labels", x.extent(0));
  KokkosEvents recorder;
  trainer.step(exec, net, x, labels, 1e-3);
  const auto first = recorder.take();
  CHECK(described(EventKind::deep_copy, first) == "");
  check_labels_of_beginning(first);
  trainer.step(exec, net, x, labels, 1e-3);
  const auto second = recorder.take();
  CHECK(described(EventKind::launch, second) == described(second));
  CHECK(foreign_labels(second) == "");
  for (const char* kernel : {"iddpm::training::drop_labels", "iddpm::denoiser::read_labels",
                             "iddpm::denoiser::add_label", "iddpm::denoiser::label_sums"})
    CHECK(named(EventKind::launch, kernel, second) != "");
}

TEST_CASE("a monitor launches once a step, and waits for a row" * doctest::skip(checks_values)) {
  const Exec exec;
  Net net = network();
  const auto x = images();
  Trainer<Learned, Net> trainer(exec, Learned{schedule::Cosine{4}}, net, {}, noise);
  Monitor<Exec> monitor(exec, {.every = 3});
  KokkosEvents recorder;
  for (int step = 1; step <= 6; ++step) {
    trainer.step(exec, net, x, 1e-3);
    (void)recorder.take();
    monitor.step(exec, trainer, 1e-3);
    const auto events = recorder.take();
    const bool waits = named(EventKind::fence, "iddpm::training::read_on_host", events) != "";
    CHECK(waits == (step % 3 == 0));
    if (!waits) CHECK(described(events) == "launch iddpm::training::statistics");
  }
}

TEST_CASE("a batch of another size is the first step again" * doctest::skip(checks_values)) {
  const Exec exec;
  Net net = network();
  Trainer<Learned, Net> trainer(exec, Learned{schedule::Cosine{4}}, net, clipped(), noise);
  trainer.step(exec, net, images(), 1e-3);
  const Images smaller("smaller", 2, channels, side, side);
  KokkosEvents recorder;
  trainer.step(exec, net, smaller, 1e-3);
  const auto changed = recorder.take();
  CHECK(described(EventKind::allocation, changed).find("iddpm::training::t") != std::string::npos);
  trainer.step(exec, net, smaller, 1e-3);
  const auto after = recorder.take();
  CHECK(described(EventKind::launch, after) == described(after));
}
