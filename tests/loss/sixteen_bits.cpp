// SPDX-License-Identifier: MIT
#include "support/sixteen_bits.hpp"

#include "support/golden.hpp"
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/process/network_timesteps.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using test::converted, test::Exec, test::is_rounded, test::normals;

namespace {

template <class Loss, class T>
void check_losses() {
  const GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, Loss, Exec>
      process{schedule::Cosine{20}};
  using Column = Tensor<float, 1, Exec>;
  const auto x_t = normals<T>(1), output = normals<T>(2, 4), noise = normals<T>(3);
  const Tensor<T, 3, Exec> x_start("x_start", 5, 2, 3), gradient("gradient", 5, 4, 3);
  const Tensor<float, 3, Exec> wide_gradient("gradient", 5, 4, 3);
  const Column loss("loss", 5), wide_loss("loss", 5);
  for (const int t : {0, 9}) {
    training_losses(Exec{}, process, x_start, x_t, t, noise, output, 0.25f,
                    TrainingLosses<Column>{.loss = loss}, gradient);
    training_losses(Exec{}, process, converted<float>(x_start), converted<float>(x_t), t,
                    converted<float>(noise), converted<float>(output), 0.25f,
                    TrainingLosses<Column>{.loss = wide_loss}, wide_gradient);
    CHECK(is_rounded(gradient, wide_gradient));
    CHECK(golden::values(loss) == golden::values(wide_loss));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("losses of 16-bit batches are those in float, their gradient rounded once", T,
                   float16, bfloat16) {
  check_losses<loss::RescaledMse, T>();
  check_losses<loss::RescaledKl, T>();
}
