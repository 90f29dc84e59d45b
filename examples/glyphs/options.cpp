// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <iddpm/version.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <stdexcept>
#include <string>

namespace glyphs {

namespace {

// A run that shows that everything works, not one that learns.
void make_quick(Options& options, const CLI::App& app) {
  const auto unless_given = [&](const char* name, auto& value, auto quick) {
    if (app.count(name) == 0) value = quick;
  };
  if (app.count("--seconds") == 0 && !options.steps) options.steps = 30;
  unless_given("--width", options.width, 64);
  unless_given("--blocks", options.blocks, 1);
  unless_given("--batch", options.batch, 32);
  unless_given("--timesteps", options.timesteps, 100);
  unless_given("--watch-every", options.watch_every, 5);
  options.held_out = 50;
}

// CLI11's Range lets NaN through.
CLI::Validator within(double least, double most) {
  const std::string range = CLI::detail::to_string(least) + " to " + CLI::detail::to_string(most);
  const auto check = [=](std::string& text) {
    double value = 0;
    const bool is_number = CLI::detail::lexical_cast(text, value);
    return is_number && value >= least && value <= most ? "" : "must be " + range + "; got " + text;
  };
  return {check, range};
}

void declare(CLI::App& app, Options& options) {
  app.add_option("--data", options.data, "folder of {train,test}_{images,labels}.npy")
      ->capture_default_str();
  app.add_option("--out", options.out, "folder for what is made")->capture_default_str();
  app.add_option("--seconds", options.seconds, "train for this long")
      ->check(within(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--steps", options.steps, "train for this many steps instead")
      ->check(within(0, 10000000))
      ->excludes("--seconds");
  app.add_option("--batch", options.batch, "images per step")
      ->check(within(1, 65536))
      ->capture_default_str();
  app.add_option("--width", options.width, "features of the network's trunk")
      ->check(within(1, 8192))
      ->capture_default_str();
  app.add_option("--blocks", options.blocks, "residual blocks of the network")
      ->check(within(1, 256))
      ->capture_default_str();
  app.add_option("--learning-rate", options.learning_rate, "its peak, after the warm-up")
      ->check(within(1e-12, 1.0))
      ->capture_default_str();
  app.add_option("--clip-norm", options.clip_norm, "largest norm of the gradient")
      ->check(within(1e-12, 1e12))
      ->capture_default_str();
  app.add_option("--ema", options.ema, "rate of the weights' moving average")
      ->check(within(0.0, 0.999999))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of all the noise")
      ->check([](const std::string& text) {  // older CLI11 takes -7 for 2^64 - 7
        return text.starts_with('-') ? "must be at least 0; got " + text : std::string();
      })
      ->capture_default_str();
  app.add_option("--timesteps", options.timesteps, "T, steps of the diffusion process")
      ->check(within(1, 100000))
      ->capture_default_str();
  app.add_option("--watch-every", options.watch_every, "steps between two rows of training.csv")
      ->check(within(1, 10000000))
      ->capture_default_str();
  app.add_option("--checkpoint-every", options.checkpoint_every, "steps between two checkpoints")
      ->check(within(1, 10000000))
      ->capture_default_str();
  app.add_option("--resume", options.resume, "go on from the checkpoint.safetensors of a run");
  app.add_flag("--quick", options.quick, "a run of a few seconds that only shows that it works");
  app.set_version_flag("--version", "glyphs, iddpm " IDDPM_VERSION_STRING);
}

}  // namespace

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  CLI::App app{"Trains a diffusion model on small images, samples from it and scores it."};
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // help and version
    app.exit(asked, std::cout, std::cerr);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw std::invalid_argument(error.what());
  }
  if (options.quick) make_quick(options, app);
  return options;
}

}  // namespace glyphs
