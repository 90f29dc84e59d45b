// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/io/crc64.hpp>
#include <iddpm/io/safetensors.hpp>
#include <iddpm/random/noise_stream.hpp>
#include <iddpm/training/trainer.hpp>
#include <iddpm/version.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// A training run as one file, from which it goes on with the bits it would have had: the weights,
/// their averages, the optimiser, the timestep sampler's history, the counts, the step, the seed
/// and the version of the noise, with a checksum. Link iddpm::checkpoint.

namespace iddpm {

/// What a program writes beside a run: names and values, UTF-8.
using CheckpointNotes = std::map<std::string, std::string>;

/// Where save_checkpoint leaves the file that was at `path`: "run.previous.safetensors" for
/// "run.safetensors".
[[nodiscard]] inline std::filesystem::path previous_checkpoint(const std::filesystem::path& path) {
  std::filesystem::path previous = path;
  previous.replace_filename(path.stem().string() + ".previous" + path.extension().string());
  return previous;
}

namespace detail {

/// What a run is known by, beside its arrays.
template <class Trainer>
CheckpointNotes identity(const Trainer& trainer) {
  io::Crc64 crc;
  for (const auto& row : trainer.process().coefficients())
    crc.add({reinterpret_cast<const char*>(&row.beta), sizeof row.beta});
  return {{"iddpm.noise_version", std::to_string(noise_version)},
          {"iddpm.schedule", "crc64 " + std::to_string(crc.value())},
          {"iddpm.seed", std::to_string(trainer.noise().seed)}};
}

template <class Trainer, class Net, class Visit>
void visit_run(const Trainer& trainer, const Net& net, Visit&& visit) {
  visit("parameters", net.parameters());
  trainer.visit_state(visit);
}

/// A count in a file's notes.
inline std::uint64_t read_count(const io::SafetensorsFile& file, const std::string& name) {
  const auto& notes = file.header().metadata;
  const auto found = notes.find(name);
  const std::string text = found == notes.end() ? "" : found->second;
  std::uint64_t count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  file.must(failure == std::errc() && end == text.data() + text.size() && count < (1u << 24),
            "say " + name + ", a number below 2^24", found == notes.end() ? "nothing" : text);
  return count;
}

template <class Sampler, class Exec>
concept CheckpointedSampler =
    !LossAwareTimestepSampler<Sampler, Exec, Tensor<int, 1, Exec>, Tensor<float, 1, Exec>> ||
    requires(Sampler & s, const Exec& exec) {
  s.refresh(exec);
  s.visit_state([](const char*, const auto&) {});
};

template <class Sampler, class Exec>
constexpr void check_sampler() {
  static_assert(CheckpointedSampler<Sampler, Exec>,
                "a timestep sampler that learns is kept in checkpoints by visit_state and refresh; "
                "see timestep/concepts.hpp");
}

}  // namespace detail

/// Writes a run as a safetensors file. The file comes to the disk whole before it gets the name
/// `path`; one that had the name is kept as previous_checkpoint(path). So a run that is killed at
/// any moment leaves the old file or the new one. Waits for exec.
/// \param notes what the program wants to find again; names that begin with "iddpm." are taken
/// \throws std::invalid_argument for such a name; std::runtime_error
///         `save_checkpoint: <path> must be writable; got <reason of the system>`, and the old file
///         is where it was.
template <ExecutionSpace Exec, Process P, class Net, Real R, class Sampler>
void save_checkpoint(const Exec& exec, const Trainer<P, Net, R, Sampler>& trainer, const Net& net,
                     const std::filesystem::path& path, const CheckpointNotes& notes = {}) {
  detail::check_sampler<Sampler, Exec>();
  for (const auto& [name, value] : notes)
    require(!name.starts_with("iddpm."), "save_checkpoint", "every note",
            "have a name that does not begin with iddpm.", name);
  io::SafetensorsWriter file;
  file.metadata = notes;
  file.metadata.merge(detail::identity(trainer));
  file.metadata["iddpm.version"] = IDDPM_VERSION_STRING;
  file.metadata["iddpm.iteration"] = std::to_string(trainer.iteration());
  detail::visit_run(trainer, net,
                    [&](const char* name, const auto& view) { file.add(exec, name, view); });
  file.write(path, previous_checkpoint(path), "save_checkpoint");
}

/// Reads such a file back into a trainer and a network that were made as those were that wrote it,
/// on this or any other backend, and returns the notes. On the same machine the run then has the
/// bits it would have had without the pause. Waits for exec.
/// Not in the file, so to be given anew: the settings, the learning rate, the data and their order.
/// \throws std::invalid_argument `load_checkpoint: <path> must <rule>; got <value>` before anything
///         is changed: where the checksum is wrong, an array has another type or shape, or the
///         file's seed, schedule or version of the noise is not the trainer's.
template <ExecutionSpace Exec, Process P, class Net, Real R, class Sampler>
CheckpointNotes load_checkpoint(const Exec& exec, Trainer<P, Net, R, Sampler>& trainer,
                                const Net& net, const std::filesystem::path& path) {
  detail::check_sampler<Sampler, Exec>();
  io::SafetensorsFile file(path, "load_checkpoint");
  file.require_checksum();
  CheckpointNotes notes = file.header().metadata;
  for (const auto& [name, value] : detail::identity(trainer)) {
    const std::string& got = notes[name];
    file.must(got == value, "say " + name + " = " + value + ", as the trainer does",
              got.empty() ? "nothing" : got);
  }
  const std::uint64_t iteration = detail::read_count(file, "iddpm.iteration");
  detail::visit_run(trainer, net,
                    [&](const char* name, const auto& view) { file.require_tensor(name, view); });
  detail::visit_run(trainer, net,
                    [&](const char* name, const auto& view) { file.read(exec, name, view); });
  trainer.resume_at(iteration);
  if constexpr (requires { trainer.sampler().refresh(exec); }) trainer.sampler().refresh(exec);
  std::erase_if(notes, [](const auto& note) { return note.first.starts_with("iddpm."); });
  return notes;
}

}  // namespace iddpm
