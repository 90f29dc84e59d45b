// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/likelihood/reconstruct.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace iddpm;

namespace {

using golden::Exec;
using Image = Tensor<double, 4, Exec>;
using P = GaussianDiffusion<schedule::Cosine, mean::StartX, variance::FixedSmall, loss::Mse, Exec>;

// Says x_t of half its size for x_0.
struct Half {
  Image seen;

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x_t, const T&, const Output& output) const {
    Kokkos::deep_copy(exec, seen, x_t);
    Kokkos::deep_copy(exec, output, x_t);
    const Output half = output;
    Kokkos::parallel_for(
        Kokkos::RangePolicy<Exec>(exec, 0, static_cast<int>(half.size())),
        KOKKOS_LAMBDA(int i) { half.data()[i] *= 0.5; });
  }
};

Image some_images(std::size_t batch) {
  const Image x("x", batch, 1, 3, 5);
  fill_normal(Exec{}, NoiseStream{.seed = 3}.user(0), x);
  return x;
}

}  // namespace

TEST_CASE("the network is shown the x_t of bits_per_dim, and its x_0 is processed") {
  const P process(schedule::Cosine{20});
  const NoiseStream noise{.seed = 4, .first_sample = 9};
  for (const std::size_t batch : std::initializer_list<std::size_t>{0, 1, 3}) {
    const Image x = some_images(batch), x_t("x_t", batch, 1, 3, 5), out("out", batch, 1, 3, 5);
    const Half net{Image("seen", batch, 1, 3, 5)};
    reconstruct(Exec{}, process, net, noise, x, 7, out);
    q_sample(Exec{}, process, x, 7, noise.likelihood(7), x_t);
    Exec{}.fence();
    auto expected = golden::values(x_t);
    CHECK(golden::values(net.seen) == expected);
    for (double& value : expected) value = std::min(std::max(0.5 * value, -1.0), 1.0);
    CHECK(golden::values(out) == expected);
    reconstruct(Exec{}, process, net, noise, x, 7, out, denoised::Identity{});
    expected = golden::values(x_t);
    for (double& value : expected) value *= 0.5;
    CHECK(golden::values(out) == expected);
  }
}

TEST_CASE("a denoiser that asks for the row of its timestep is given it") {
  const P process(schedule::Cosine{20});
  const Image x = some_images(2), out("out", 2, 1, 3, 5);
  double seen = -1;
  const auto denoiser = [&](const Exec& exec, const auto&, const auto& timesteps,
                            const auto& output, const Coefficients<double>& row) {
    seen = row.timestep;
    CHECK(golden::values(timesteps) == std::vector<double>{7, 7});
    Kokkos::deep_copy(exec, output, 0.25);
  };
  reconstruct(Exec{}, process, denoiser, NoiseStream{}, x, 7, out);
  CHECK(seen == 7);
  CHECK(golden::values(out) == std::vector<double>(30, 0.25));
}

TEST_CASE("a timestep or extents that do not fit are refused") {
  const P process(schedule::Cosine{20});
  const Image x = some_images(2), out("out", 2, 1, 3, 4);
  const Half net{x};
  CHECK_THROWS_WITH_AS(reconstruct(Exec{}, process, net, NoiseStream{}, x, 20, x),
                       "reconstruct: t must be in 0 .. 19; got 20", std::invalid_argument);
  CHECK_THROWS_WITH_AS(reconstruct(Exec{}, process, net, NoiseStream{}, x, -1, x),
                       "reconstruct: t must be in 0 .. 19; got -1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      reconstruct(Exec{}, process, net, NoiseStream{}, x, 3, out),
      "reconstruct: out must have the extents of x_start (2, 1, 3, 5); got (2, 1, 3, 4)",
      std::invalid_argument);
}
