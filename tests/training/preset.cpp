// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/denoiser/mlp.hpp>
#include <iddpm/training/preset.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>

using namespace iddpm;

namespace {

using golden::Exec;

template <class P, class S, class V, class L>
constexpr bool is_made_of = std::is_same_v<typename P::schedule_type, S>&& std::is_same_v<
    typename P::mean_type, mean::Epsilon>&& std::is_same_v<typename P::variance_type, V>&&
    std::is_same_v<typename P::loss_type, L>&& std::is_same_v<typename P::execution_space, Exec>;

using variance::FixedSmall, variance::LearnedRange;
static_assert(is_made_of<preset::Image<>, schedule::Cosine, LearnedRange, loss::RescaledMse>,
              "the paper's hybrid");
static_assert(is_made_of<preset::Audio<>, schedule::Cosine, FixedSmall, loss::Mse>,
              "the simple loss");
static_assert(is_made_of<preset::Video<>, schedule::Linear, LearnedRange, loss::Kl>, "the bound");

}  // namespace

TEST_CASE("the settings are the defaults with a clipped gradient") {
  const TrainerSettings settings = preset::trainer_settings(), defaults;
  CHECK(settings.clip_norm == 1);
  CHECK(defaults.clip_norm == std::numeric_limits<double>::infinity());
  CHECK(settings.ema_rates == defaults.ema_rates);
  CHECK(preset::learning_rate == 3e-5);
}

TEST_CASE_TEMPLATE("every preset trains", P, preset::Image<>, preset::Audio<>, preset::Video<>) {
  MlpOptions options;
  options.data_size = 4;
  options.output_size = 4 * P::output_parts;
  options.width = 8;
  options.blocks = 1;
  options.time_features = 8;
  options.embedding = 8;
  Mlp<float, Exec> net(Exec{}, options, 3);
  Trainer<P, Mlp<float, Exec>> trainer(Exec{}, P(typename P::schedule_type{50}), net,
                                       preset::trainer_settings(), {.seed = 5});
  const Tensor<float, 3, Exec> x("x", 7, 1, 4);
  const auto before = golden::values(net.parameters());
  for (int i = 0; i < 2; ++i) trainer.step(Exec{}, net, x, preset::learning_rate);
  Exec{}.fence();
  for (const double loss : golden::values(trainer.losses().loss)) CHECK(std::isfinite(loss));
  CHECK(std::isfinite(golden::values(trainer.gradient_norm())[0]));
  CHECK(golden::values(net.parameters()) != before);
}
