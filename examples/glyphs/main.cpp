// SPDX-License-Identifier: MIT
// The main job: train on real images, sample, score on images held out, and show all of it.
#include "data.hpp"
#include "interrupt.hpp"
#include "metrics.hpp"
#include "options.hpp"
#include "report.hpp"
#include "sampling.hpp"
#include "scoring.hpp"
#include "training.hpp"
#include <iddpm/io.hpp>
#include <iddpm/nn.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string_view>

namespace glyphs {

namespace {

iddpm::MlpOptions network_of(const Options& options, const Levels& images) {
  iddpm::MlpOptions network;
  network.data_size = static_cast<int>(iddpm::sample_size(images));
  network.output_size = 2 * network.data_size;
  network.width = options.width;
  network.blocks = options.blocks;
  return network;
}

// What a checkpoint says of the time that its run had trained.
double seconds_of(const iddpm::CheckpointNotes& notes) {
  const auto found = notes.find("glyphs.seconds");
  return found == notes.end() ? 0 : std::max(std::atof(found->second.c_str()), 0.0);
}

/// Everything that a run makes, in the order in which it is made.
class Job {
 public:
  Job(const Exec& exec, const Options& options)
      : exec_(exec),
        options_(options),
        data_(read_data(exec, options.data)),
        process_(iddpm::schedule::Cosine{options.timesteps}),
        net_(exec, network_of(options, data_.train), options.seed),
        trainer_(exec, process_, net_, training_settings(options), {.seed = options.seed}) {
    iddpm::CheckpointNotes notes;
    if (!options.resume.empty())
      notes = iddpm::load_checkpoint(exec, trainer_, net_, options.resume);
    make_folder(options.out);
    monitor_.emplace(exec, monitor_options(seconds_of(notes)));
    watch_quality(*monitor_, exec, process_, net_.with(trainer_.average()), {.seed = options.seed},
                  data_.test);
    results_.parameters = net_.parameters().extent(0);
  }

  void run() {
    train(exec_, options_, data_.train, net_, trainer_, *monitor_);
    results_.steps = trainer_.iteration();
    results_.training_seconds = monitor_->seconds();
    results_.training = training_steps(*monitor_);
    results_.quality = quality_plots(*monitor_);
    try {
      draw_samples();
      score_held_out();
    } catch (const Interrupted&) {
    }
    results_.was_interrupted = interrupted != 0;
    iddpm::io::write_file(options_.out / "metrics.json", metrics(options_, results_));
    iddpm::io::write_file(options_.out / "report.html", make_report(report(options_, results_)));
  }

 private:
  static iddpm::TrainerSettings training_settings(const Options& options) {
    iddpm::TrainerSettings settings;
    settings.clip_norm = options.clip_norm;
    settings.ema_rates = {options.ema};
    return settings;
  }

  [[nodiscard]] iddpm::MonitorOptions monitor_options(double seconds) const {
    iddpm::MonitorOptions watch;
    watch.every = static_cast<std::uint64_t>(options_.watch_every);
    watch.csv = options_.out / "training.csv";
    watch.json_lines = options_.out / "training.jsonl";
    watch.first_step = trainer_.iteration();
    watch.seconds = seconds;
    return watch;
  }

  static void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    iddpm::require(!error, "glyphs", "--out " + folder.string(), "be a folder to write into",
                   error.message());
    remove_half_written(folder);
    const auto probe = folder / "report.html";  // as it will be written, so that the end is safe
    if (!std::filesystem::exists(probe)) {
      iddpm::io::write_file(probe, "The run is not over yet.\n");
      std::filesystem::remove(probe);
    }
  }

  // What a run that was killed while it wrote left behind: <file of ours>.part<number>.
  static void remove_half_written(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      const std::string end = entry.path().extension().string();
      const std::string of = entry.path().stem().extension().string();
      const bool is_part =
          end.starts_with(".part") && end.find_first_not_of("0123456789", 5) == end.npos;
      for (const char* ours : {".safetensors", ".csv", ".jsonl", ".json", ".html", ".png"})
        if (is_part && of == ours) std::filesystem::remove(entry.path(), error);
    }
  }

  [[nodiscard]] auto respaced(int steps) const {
    return process_.respaced(std::to_string(std::min(steps, process_.num_timesteps())));
  }

  void draw_samples() {
    const auto start = Clock::now();
    const Net net = net_.with(trainer_.average());
    const Interruptible<Net> denoiser{net};
    const iddpm::NoiseStream noise{.seed = options_.seed};
    const Images x = initial_noise(exec_, data_.train, noise);
    Progress progress("sample");
    Trajectory trajectory(x, progress);
    iddpm::sample(exec_, process_, iddpm::sampler::Ancestral{}, denoiser, noise, x, trajectory);
    const Images fast = initial_noise(exec_, data_.train, noise);
    iddpm::sample(exec_, respaced(50), iddpm::sampler::Ddim{}, denoiser, noise, fast,
                  ShowProgress{progress});
    exec_.fence();
    progress.finish("64 images twice");
    results_.sampling_seconds = seconds_since(start);
    write_pictures(x, fast, trajectory.picture());
  }

  void write_pictures(const Images& x, const Images& fast, const Images& trajectory) {
    const auto picture = [&](const char* file, const char* title, std::string caption,
                             const Images& images, std::size_t columns, std::size_t scale) {
      iddpm::io::PngOptions grid;
      grid.columns = columns;
      grid.scale = scale;
      grid.padding_level = 48;
      std::string png = iddpm::io::encode_png(exec_, images, grid);
      iddpm::io::write_file(options_.out / file, png);
      results_.pictures.push_back({title, std::move(caption), std::move(png)});
    };
    const std::string all = std::to_string(process_.num_timesteps());
    picture("samples.png", "Samples", "64 samples, ancestral, all " + all + " steps.", x, 8, 4);
    picture("samples_ddim50.png", "DDIM samples",
            "From the same noise, " + std::to_string(respaced(50).num_timesteps()) +
                " DDIM steps, eta = 0.",
            fast, 8, 4);
    picture("trajectory.png", "How samples come about",
            "Each row one sample, from t = " + all + " on the left: x_t, then the predicted x_0.",
            trajectory, Trajectory::columns, 3);
  }

  void score_held_out() {
    const auto start = Clock::now();
    const auto process = respaced(100);
    const auto count = static_cast<std::size_t>(options_.held_out);
    const auto scored = [&](const Net& net, const char* label) {
      Progress progress(label);
      Score score = glyphs::score(exec_, process, net, data_.test, count, options_.seed, progress);
      progress.finish(two_decimals(score.bits_per_dim) + " bits/dim on " +
                      std::to_string(score.images) + " images held out");
      return score;
    };
    results_.score = scored(net_.with(trainer_.average()), "score");
    results_.raw_score = scored(net_, "score, raw weights");
    results_.scoring_seconds = seconds_since(start);
  }

  Exec exec_;
  Options options_;
  Data data_;
  Process process_;
  Net net_;
  Trainer trainer_;
  std::optional<Monitor> monitor_;
  Results results_;
};

int run(const Options& options) {
  watch_signals();
  const Exec exec;
  Job job(exec, options);
  job.run();
  std::cout << (interrupted ? "Interrupted; what there is" : "report.html and all that it shows")
            << " is in\n  " << std::filesystem::absolute(options.out).lexically_normal().string()
            << '\n';
  return 0;
}

}  // namespace

}  // namespace glyphs

int main(int argc, char** argv) {
  try {
    const auto options = glyphs::parse(argc, argv);
    if (!options) return 0;
    const Kokkos::ScopeGuard kokkos(Kokkos::InitializationSettings().set_disable_warnings(true));
    return glyphs::run(*options);
  } catch (const std::exception& error) {
    const std::string_view what = error.what();
    std::cerr << (what.starts_with("glyphs: ") ? "" : "glyphs: ") << what << '\n';
    return 2;
  }
}
