// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include "support/ranks.hpp"
#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

#include <filesystem>

using namespace iddpm;

namespace {

using golden::Exec;

template <class R>
struct Outputs {
  using Column = Tensor<R, 1, Exec>;
  explicit Outputs(std::size_t batch)
      : losses{Column("loss", batch), Column("mse", batch), Column("vb", batch)} {}
  TrainingLosses<Column> losses;
};

// Where t = 1 on the cosine schedule, PREVIOUS_X divides a difference of near numbers by a variance
// of 2e-5, and the reference's gradients are up to 2e-10 off. The true ones, from 60-digit
// arithmetic on the same inputs, stand in for them; in float the inputs' own rounding shows.
template <class Mean, class V>
void check_gradient(const V& gradient, const std::string& step, const std::string& loss) {
  constexpr bool is_float = std::is_same_v<value_t<V>, float>;
  const std::string folder = "steps/cosine_1000/previous_x-";
  if (!step.starts_with(folder)) {
    constexpr bool rounded = std::is_same_v<Mean, mean::PreviousX> && is_float;
    CHECK(golden::error(gradient, step + "loss_" + loss + "_grad") <
          (rounded ? 3e-5 : golden::tolerance<value_t<V>>));
    return;
  }
  const std::string variance = step.substr(folder.size(), step.size() - folder.size() - 1);
  CHECK(golden::error(gradient, "exact/previous_x_gradients/" + variance + "_" + loss) <
        (is_float ? 3e-5 : 1e-12));
}

template <class Mean, class P, class R>
void check_step(const P& process, const golden::Step<R>& step, const std::string& loss) {
  const Outputs<R> out(4);
  const Tensor<R, 4, Exec> gradient("gradient", step.model_output.layout());
  training_losses(Exec{}, process, step.x_start, step.x_t, step.t, step.noise, step.model_output,
                  R(1), out.losses, gradient);
  Exec{}.fence();
  const std::string reference = step.name + "loss_" + loss;
  CAPTURE(reference);
  CHECK(golden::error(out.losses.loss, reference + "_loss") < golden::tolerance<R>);
  check_gradient<Mean>(gradient, step.name, loss);
  if (std::filesystem::exists(golden::path(reference + "_mse")))
    CHECK(golden::error(out.losses.mse, reference + "_mse") < golden::tolerance<R>);
  if (std::filesystem::exists(golden::path(reference + "_vb")))
    CHECK(golden::error(out.losses.vb, reference + "_vb") < golden::tolerance<R>);
}

template <class Loss>
void check_golden(const std::string& loss) {
  golden::for_each_parametrization([&]<class Mean, class Variance>(const std::string& name) {
    golden::for_each_step<Mean, Variance, Loss>(
        name, [&]<class P, class R>(const P& process, const golden::Step<R>& step) {
          // In float the rescaled losses, which hold all terms of the others: each costs seconds.
          if constexpr (std::is_same_v<R, float> &&
                        (std::is_same_v<Loss, loss::Mse> || std::is_same_v<Loss, loss::Kl>))
            return;
          else
            check_step<Mean>(process, step, loss);
        });
  });
}

}  // namespace

TEST_CASE("Mse agrees with every golden loss and gradient") { check_golden<loss::Mse>("mse"); }

TEST_CASE("RescaledMse agrees with every golden loss and gradient") {
  check_golden<loss::RescaledMse>("rescaled_mse");
}

TEST_CASE("Kl agrees with every golden loss and gradient") { check_golden<loss::Kl>("kl"); }

TEST_CASE("RescaledKl agrees with every golden loss and gradient") {
  check_golden<loss::RescaledKl>("rescaled_kl");
}

TEST_CASE("a weight per sample scales that sample's gradient, not its loss") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;
  const P process{schedule::Cosine{20}};
  const Tensor<float, 2, Exec> x("x", 2, 1), output("output", 2, 1), gradient("gradient", 2, 1);
  Kokkos::deep_copy(output, 3.0f);
  const Kokkos::View<float*, Exec> weight("weight", 2);
  Kokkos::deep_copy(Kokkos::subview(weight, 1), 10.0f);
  const Outputs<float> out(2);
  training_losses(Exec{}, process, x, x, 5, NoiseStream{}.training(0), output, weight, out.losses,
                  gradient);
  Exec{}.fence();
  CHECK(golden::values(out.losses.loss) == std::vector<double>{9, 9});
  CHECK(golden::values(gradient) == std::vector<double>{0, 60});
}

TEST_CASE("losses of samples longer than a block are the same alone and in a batch") {
  using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange,
                              loss::RescaledMse, Exec>;
  const P process{schedule::Cosine{20}};
  const auto run = [&](std::size_t batch, std::uint64_t first) {
    const Tensor<float, 3, Exec> x("x", batch, 1, 5001), output("output", batch, 2, 5001);
    const NoiseStream noise{.seed = 1, .first_sample = first};
    fill_normal(Exec{}, noise.user(0), x);
    fill_normal(Exec{}, noise.user(1), output);
    const Outputs<float> out(batch);
    training_losses(Exec{}, process, x, x, 5, noise.training(0), output, 1.0f, out.losses,
                    Tensor<float, 3, Exec>{});
    Exec{}.fence();
    return golden::values(out.losses.loss);
  };
  const auto together = run(7, 0), alone = run(1, 3);
  CHECK(together[3] == alone[0]);
  CHECK(together[2] != alone[0]);
  CHECK(run(0, 0).empty());
}

TEST_CASE("ranks 2 to 5 and batches of 0, 1 and 7 give the bits of flat rows") {
  using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange,
                              loss::RescaledMse, Exec>;
  const P process{schedule::Cosine{20}};
  const NoiseStream stream{.seed = 8};
  const auto run = [&](const auto& x, const auto& output) {
    fill_normal(Exec{}, stream.user(0), x);
    fill_normal(Exec{}, stream.user(1), output);
    const Outputs<float> out(x.extent(0));
    training_losses(Exec{}, process, x, x, 5, stream.training(0), output, 1.0f, out.losses, output);
    Exec{}.fence();
    return std::pair{golden::values(out.losses.loss), golden::values(output)};
  };
  for_each_rank([&](const auto& x, const auto& output) {
    const std::size_t batch = x.extent(0);
    const auto flat =
        run(Tensor<float, 2, Exec>("x", batch, 30), Tensor<float, 2, Exec>("output", batch, 60));
    CHECK(run(x, output) == flat);
    CHECK(flat.first.size() == batch);
  });
}

TEST_CASE("arguments that do not fit are refused with a sentence") {
  using P =
      GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;
  const P process{schedule::Cosine{20}};
  const Tensor<float, 2, Exec> x("x", 2, 3), output("output", 2, 6), other("other", 2, 4);
  const Kokkos::View<float*, Exec> weights("weights", 3);
  const Draw noise = NoiseStream{}.training(0);
  const Outputs<float> out(2), wrong(3);
  const auto refused = [&](const auto& x_t, const auto& weight, const auto& losses,
                           const auto& gradient, const char* sentence) {
    CHECK_THROWS_WITH_AS(
        training_losses(Exec{}, process, x, x_t, 0, noise, output, weight, losses, gradient),
        sentence, std::invalid_argument);
  };
  refused(other, 1.0f, out.losses, output,
          "training_losses: x_t must have the extents of x_start (2, 3); got (2, 4)");
  refused(x, weights, out.losses, output,
          "training_losses: weight must hold one value per sample (2); got 3");
  refused(x, 1.0f, wrong.losses, output,
          "training_losses: every View of losses must have no memory or hold one value per sample; "
          "got (3)");
  refused(x, 1.0f, out.losses, x,
          "training_losses: gradient must have the extents of model_output (2, 6); got (2, 3)");
}
