// SPDX-License-Identifier: MIT
#include "io/temporary_folder.hpp"
#include "run.hpp"
#include <iddpm/timestep/loss_second_moment.hpp>
#include <iddpm/training/checkpoint.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace training;

namespace {

using Learning = timestep::LossSecondMoment<Exec>;

Run<Learning> learning_run() { return Run<Learning>(4, Learning(Exec{}, 4, 2)); }

/// All numbers that a run goes on from.
template <class Run>
std::vector<double> state(const Run& run) {
  std::vector<double> all = golden::values(run.net.parameters());
  run.trainer.visit_state([&](const char*, const auto& view) {
    const auto values = golden::values(view);
    all.insert(all.end(), values.begin(), values.end());
  });
  all.push_back(static_cast<double>(run.trainer.iteration()));
  return all;
}

/// What load_checkpoint says, behind its name and the file's; nothing may have changed then.
template <class Run>
std::string refusal(const TemporaryFolder& folder, Run& run) {
  const auto before = state(run);
  const std::string said = folder.sentence<std::invalid_argument>(
      [&] { load_checkpoint(Exec{}, run.trainer, run.net, folder / "a"); });
  CHECK(state(run) == before);
  const std::string begin = "load_checkpoint: a must ";
  return said.starts_with(begin) ? said.substr(begin.size()) : said;
}

// Learns, and would forget it.
struct Forgetful : Weighing {
  template <class T, class Loss>
  void update(const Exec&, const T&, const Loss&) {}
};
static_assert(detail::CheckpointedSampler<timestep::Uniform, Exec>);
static_assert(detail::CheckpointedSampler<Learning, Exec>);
static_assert(detail::CheckpointedSampler<Weighing, Exec>);
static_assert(!detail::CheckpointedSampler<Forgetful, Exec>);

}  // namespace

TEST_CASE("a run that goes on from a file ends with the bits of one that was not interrupted") {
  const TemporaryFolder folder;
  auto whole = learning_run();
  whole.steps(7);
  save_checkpoint(Exec{}, whole.trainer, whole.net, folder / "a", {{"learning rate", "0.5"}});
  whole.steps(6);
  auto resumed = learning_run();
  resumed.steps(2);  // what was before is forgotten
  const auto notes = load_checkpoint(Exec{}, resumed.trainer, resumed.net, folder / "a");
  CHECK(notes == CheckpointNotes{{"learning rate", "0.5"}});
  CHECK(resumed.trainer.iteration() == 7);
  resumed.steps(6);
  CHECK(state(resumed) == state(whole));
  CHECK(golden::values(resumed.trainer.sampler().p()) ==
        golden::values(whole.trainer.sampler().p()));
}

TEST_CASE("the previous file is kept") {
  const TemporaryFolder folder;
  Run<> run;
  CHECK(previous_checkpoint(folder / "a.safetensors") == folder / "a.previous.safetensors");
  for (int n = 0; n < 3; ++n) {
    save_checkpoint(Exec{}, run.trainer, run.net, folder / "a.safetensors");
    run.steps(1);
  }
  CHECK(folder.count() == 2);
  Run<> latest, previous;
  load_checkpoint(Exec{}, latest.trainer, latest.net, folder / "a.safetensors");
  load_checkpoint(Exec{}, previous.trainer, previous.net, folder / "a.previous.safetensors");
  CHECK(latest.trainer.iteration() == 2);
  CHECK(previous.trainer.iteration() == 1);
}

TEST_CASE("a file of another run is refused") {
  const TemporaryFolder folder;
  Run<> run;
  save_checkpoint(Exec{}, run.trainer, run.net, folder / "a");
  Run<> other_seed(100, {}, NonFinite::skip, 6);
  CHECK(refusal(folder, other_seed) == "say iddpm.seed = 6, as the trainer does; got 5");
  Run<> other_schedule(50);
  CHECK(refusal(folder, other_schedule).starts_with("say iddpm.schedule = crc64 "));
  Run<Learning> other_sampler(100, Learning(Exec{}, 100, 2));
  CHECK(refusal(folder, other_sampler) == "hold timestep.history as F64 (100, 2); got none");
  TrainerSettings one_average = Run<>::settings(NonFinite::skip);
  one_average.ema_rates = {0.9};
  run.trainer = Trainer<P, Net>(Exec{}, run.process, run.net, one_average, {.seed = 5});
  const std::string size = std::to_string(run.net.parameters().extent(0));
  CHECK(refusal(folder, run) ==
        "hold averages as F32 (1, " + size + "); got F32 (2, " + size + ")");
}

TEST_CASE("a file that is broken, or none of ours, is refused") {
  const TemporaryFolder folder;
  Run<> run;
  CHECK(refusal(folder, run) == "be a regular file; got nothing");
  save_checkpoint(Exec{}, run.trainer, run.net, folder / "a");
  const std::string whole = folder.get("a");
  std::string wrong = whole;
  wrong[wrong.size() / 2] = static_cast<char>(wrong[wrong.size() / 2] ^ 4);
  folder.put("a", wrong);
  CHECK(refusal(folder, run) == "be as it was written; got another checksum");
  folder.put("a", whole.substr(0, whole.size() - 1));
  CHECK(refusal(folder, run).find(" bytes of tensors; got ") != std::string::npos);
  io::SafetensorsWriter file;
  file.write(folder / "a");
  CHECK(refusal(folder, run) == "say iddpm.noise_version = 1, as the trainer does; got nothing");
}

TEST_CASE("a count that is none is refused") {
  const TemporaryFolder folder;
  Run<> run;
  for (const char* text : {"", "-1", "3x", "16777216", " 3"}) {
    io::SafetensorsWriter file;
    file.metadata = detail::identity(run.trainer);
    file.metadata["iddpm.iteration"] = text;
    file.write(folder / "a");
    CHECK(refusal(folder, run) ==
          std::string("say iddpm.iteration, a number below 2^24; got ") + text);
  }
}

TEST_CASE("names of the library's own are no notes, and nothing is written then") {
  const TemporaryFolder folder;
  Run<> run;
  CHECK_THROWS_WITH_AS(
      save_checkpoint(Exec{}, run.trainer, run.net, folder / "a", {{"iddpm.seed", "7"}}),
      "save_checkpoint: every note must have a name that does not begin with iddpm.; got "
      "iddpm.seed",
      std::invalid_argument);
  CHECK(folder.count() == 0);
  CHECK(folder.sentence<std::runtime_error>([&] {
    save_checkpoint(Exec{}, run.trainer, run.net, folder / "no/a");
  }) == "save_checkpoint: no/a must be writable; got No such file or directory");
}
