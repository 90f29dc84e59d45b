// SPDX-License-Identifier: MIT
#include "support/gaussian_data.hpp"
#include "support/golden.hpp"
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/loss/decoded.hpp>
#include <iddpm/loss/kl.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using Rows = Tensor<double, 2, Exec>;
using P = GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::Learned,
                            loss::Decoded<loss::Kl, decoder::Continuous>, Exec>;

const test::GaussianData data{0.7};

Rows column(std::initializer_list<double> of) {
  const Rows view("column", of.size(), 1);
  const auto host = Kokkos::create_mirror_view(view);
  std::copy(of.begin(), of.end(), host.data());
  Kokkos::deep_copy(view, host);
  return view;
}

// The bound is quadratic in (x_0, noise), so its expectation is its mean over the four points
// (+-sqrt(2) s, 0) and (0, +-sqrt(2)), which have the moments of two independent normals.
Rows x_starts() {
  const double x = std::sqrt(2.0) * data.s;
  return column({x, -x, 0, 0});
}

struct PointNoise {
  [[nodiscard]] Rows likelihood(std::uint64_t) const {
    return column({0, 0, std::sqrt(2.0), -std::sqrt(2.0)});
  }
};

}  // namespace

TEST_CASE("the best model's bound is the data's entropy plus the prior's mismatch") {
  for (const int steps : {1, 2, 50, 1000}) {
    const P process{schedule::Cosine{steps}};
    const auto net = [&](const Exec& exec, const auto& x, const auto& t, const auto& output) {
      exec.fence();
      const auto& c = process.coefficients()[static_cast<std::size_t>(golden::values(t)[0])];
      const auto from = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
      const auto to = Kokkos::create_mirror_view(output);
      for (std::size_t i = 0; i < 4; ++i) {
        to(i, 0) = data.eps(c) * from(i, 0);
        to(i, 1) = std::log(data.reverse_variance(c));
      }
      Kokkos::deep_copy(exec, output, to);
    };
    const auto bits = bits_per_dim(Exec{}, process, net, PointNoise{}, x_starts(),
                                   LikelihoodSettings<denoised::Identity>{});
    Exec{}.fence();
    double nats = 0;
    for (const double total : golden::values(bits.total)) nats += total / 4 * std::log(2.0);
    const double pi = 3.14159265358979323846, v_T = data.v(process.coefficients().back());
    const double entropy = 0.5 * std::log(2 * pi * std::exp(1.0) * data.s * data.s);
    const double mismatch = 0.5 * (v_T - 1 - std::log(v_T));
    CAPTURE(steps);
    CHECK(nats == doctest::Approx(entropy + mismatch).epsilon(1e-10));
  }
}
