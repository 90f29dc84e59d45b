// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/process/network_timesteps.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
template <class S>
using P = GaussianDiffusion<S, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

}  // namespace

TEST_CASE("a column of a larger View is written, and nothing beside it") {
  const GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>
      process{schedule::Cosine{20}};
  const Tensor<float, 2, Exec> both("both", 3, 2);
  network_timesteps(Exec{}, process, 7, Kokkos::subview(both, Kokkos::ALL, 1));
  Exec{}.fence();
  CHECK(golden::values(both) == std::vector<double>{0, 7, 0, 7, 0, 7});
}

TEST_CASE("a denoiser is given the original process's timesteps") {
  const auto fast = P<schedule::Cosine>{schedule::Cosine{100}}.respaced("ddim5");
  const Tensor<float, 1, Exec> timesteps("timesteps", 3);
  network_timesteps(Exec{}, fast, 2, timesteps);
  Exec{}.fence();
  CHECK(golden::values(timesteps) == std::vector<double>{40, 40, 40});
}

TEST_CASE("each sample is given its own timestep") {
  const P<schedule::Cosine> process{schedule::Cosine{100}};
  const Kokkos::View<int*, Exec> t("t", 3);
  Kokkos::deep_copy(t, 7);
  Kokkos::deep_copy(Kokkos::subview(t, 1), 40);
  const Tensor<double, 1, Exec> timesteps("timesteps", 3);
  network_timesteps(Exec{}, process, t, timesteps);
  Exec{}.fence();
  CHECK(golden::values(timesteps) == std::vector<double>{7, 40, 7});
}

TEST_CASE("the rows of a run hold each call's timestep for the whole batch") {
  std::vector<double> calls(300);
  for (std::size_t k = 0; k < calls.size(); ++k) calls[k] = 999.5 - 3.0 * static_cast<double>(k);
  const TimestepRows<double, Exec> rows(Exec{}, calls, 2);
  Exec{}.fence();
  for (const std::size_t k : {0u, 1u, 127u, 128u, 299u})
    CHECK(golden::values(rows.at(k)) == std::vector<double>{calls[k], calls[k]});
  CHECK(network_timesteps(P<schedule::Cosine>(schedule::Cosine{4}, true)) ==
        std::vector<double>{0, 250, 500, 750});
}

TEST_CASE("a network's output has room for a learned variance") {
  const Tensor<float, 4, Exec> x("x", 2, 3, 4, 5);
  const auto output = allocate_output<P<schedule::Cosine>>(Exec{}, "output", x);
  CHECK(shape_of(output) == "(2, 6, 4, 5)");
}
