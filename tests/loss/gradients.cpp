// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/gaussian/decoder/tanh_floored.hpp>
#include <iddpm/loss/decoded.hpp>
#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/min_snr.hpp>
#include <iddpm/loss/p2.hpp>
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/parametrization/mean/velocity.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using Batch3 = Tensor<double, 3, Exec>;
using Column = Tensor<double, 1, Exec>;

template <class Mean, class Variance, class Loss>
using P = GaussianDiffusion<schedule::Cosine, Mean, Variance, Loss, Exec>;

// Three samples at the first, a middle and the last timestep, and a network's output near what a
// perfect one would give, so that no decoder is at its floor.
template <class Process>
struct Case {
  explicit Case(Process of) : process(std::move(of)), output(empty_output()) {
    const auto host_t = Kokkos::create_mirror_view(t);
    host_t(0) = 0, host_t(1) = 7, host_t(2) = 19;
    Kokkos::deep_copy(t, host_t);
    Kokkos::deep_copy(x_start, 1 / 255.0);
    q_sample(Exec{}, process, x_start, t, noise, x_t);
    Exec{}.fence();
    using Mean = typename Process::mean_type;
    const auto host = Kokkos::create_mirror_view(output);
    for (std::size_t i = 0; i < host.extent(0); ++i) {
      const auto& c = process.coefficients()[static_cast<std::size_t>(host_t(i))];
      for (std::size_t k = 0; k < 4; ++k) {
        const double x = golden::values(x_t)[4 * i + k], x0 = 1 / 255.0;
        const double z = (x - c.sqrt_alpha_bar * x0) / c.sqrt_one_minus_alpha_bar;
        const double off = 0.01 * static_cast<double>(k + 1) * (k % 2 == 0 ? 1 : -1);
        host(i, k / 2, k % 2) = Mean::target(c, x0, x, z) + off;
        if (Process::output_parts == 2)
          host(i, 2 + k / 2, k % 2) =
              (std::is_same_v<typename Process::variance_type, variance::Learned>
                   ? c.posterior_log_variance_clipped
                   : 0) +
              20 * off;
      }
    }
    Kokkos::deep_copy(output, host);
  }

  // The losses of all samples, each times 1/2, added up: of the mse alone, or of the whole.
  double sum(bool mse_only, const Batch3& gradient) const {
    const Column loss("loss", 3), mse("mse", 3);
    training_losses(Exec{}, process, x_start, x_t, t, noise, output, 0.5,
                    TrainingLosses<Column>{.loss = loss, .mse = mse}, gradient);
    Exec{}.fence();
    double sum = 0;
    for (const double value : golden::values(mse_only ? mse : loss)) sum += 0.5 * value;
    return sum;
  }

  [[nodiscard]] Batch3 empty_output() const {
    return Batch3("output", 3, 2 * Process::output_parts, 2);
  }

  Process process;
  Draw noise = NoiseStream{.seed = 4}.training(0);
  Batch3 x_start{"x_start", 3, 2, 2}, x_t{"x_t", 3, 2, 2};
  Kokkos::View<int*, Exec> t{"t", 3};
  Batch3 output;
};

// The exact gradient against central differences, one output element at a time. In a loss with an
// mse the bound's mean is frozen: the mean part of the output moves the mse alone.
template <class Process>
void check_gradient(const Process& process) {
  const Case<Process> of(process);
  const Batch3 gradient("gradient", of.output.layout());
  of.sum(false, gradient);
  const auto exact = golden::values(gradient);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, of.output);
  for (std::size_t i = 0; i < host.size(); ++i) {
    const bool is_mean_part = i % (host.size() / 3) < 4;
    const double value = host.data()[i], step = 1e-5;
    const auto at = [&](double x) {
      host.data()[i] = x;
      Kokkos::deep_copy(of.output, host);
      return of.sum(is_mean_part && Process::loss_type::uses_mse, Batch3{});
    };
    const double difference = (at(value + step) - at(value - step)) / (2 * step);
    at(value);
    CAPTURE(i);
    CHECK(exact[i] == doctest::Approx(difference).epsilon(1e-5).scale(1e-3));
  }
}

template <class Mean, class Loss>
void check_variances() {
  const schedule::Cosine cosine{20};
  check_gradient(P<Mean, variance::FixedSmall, Loss>{cosine});
  check_gradient(P<Mean, variance::FixedLarge, Loss>{cosine});
  check_gradient(P<Mean, variance::Learned, Loss>{cosine});
  check_gradient(P<Mean, variance::LearnedRange, Loss>{cosine});
}

// d loss / d x_0 of a bound, by each mean type's own gradient: the chain rule's middle term.
template <class Mean, class Variance>
std::vector<double> gradient_of_x_start() {
  const P<Mean, Variance, loss::Kl> process{schedule::Cosine{20}};
  Case<P<Mean, Variance, loss::Kl>> of(process);
  // All mean types predict the same x_0: the output is found from it by the slope.
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, of.output);
  const auto x_t = golden::values(of.x_t);
  std::vector<double> slopes;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& c = process.coefficients()[i == 0 ? 0 : i == 1 ? 7 : 19];
    for (std::size_t k = 0; k < 4; ++k) {
      const double x = x_t[4 * i + k], wanted = 0.02 * static_cast<double>(k) - 0.03;
      const double slope = Mean::x_start_slope(c);
      host(i, k / 2, k % 2) = (wanted - Mean::x_start(c, x, 0.0)) / slope;
      slopes.push_back(slope);
    }
  }
  Kokkos::deep_copy(of.output, host);
  const Batch3 gradient("gradient", of.output.layout());
  of.sum(false, gradient);
  std::vector<double> result;
  const auto host_gradient = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, gradient);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 4; ++k)
      result.push_back(host_gradient(i, k / 2, k % 2) / slopes[4 * i + k]);
  return result;
}

}  // namespace

TEST_CASE_TEMPLATE("gradients are those of central differences for every variance type", Mean,
                   mean::Epsilon, mean::StartX, mean::PreviousX, mean::Velocity) {
  check_variances<Mean, loss::RescaledKl>();
  check_variances<Mean, loss::RescaledMse>();
}

TEST_CASE_TEMPLATE("and for every decoder", Decode, decoder::Erf, decoder::TanhFloored,
                   decoder::Continuous) {
  check_gradient(P<mean::Epsilon, variance::FixedSmall, loss::Decoded<loss::Kl, Decode>>{
      schedule::Cosine{20}});
  check_gradient(
      P<mean::Velocity, variance::LearnedRange, loss::Decoded<loss::RescaledMse, Decode>>{
          schedule::Cosine{20}});
  check_gradient(P<mean::StartX, variance::Learned, loss::Decoded<loss::RescaledKl, Decode>>{
      schedule::Cosine{20}});
  check_gradient(P<mean::PreviousX, variance::FixedLarge, loss::Decoded<loss::Kl, Decode>>{
      schedule::Cosine{20}});
}

TEST_CASE("and for weighted losses") {
  const schedule::Cosine cosine{20};
  check_gradient(P<mean::Epsilon, variance::LearnedRange, loss::MinSnr<loss::RescaledMse>>{
      cosine, false, loss::MinSnr<loss::RescaledMse>{0.7}});
  check_gradient(P<mean::Velocity, variance::FixedSmall, loss::P2<>>{cosine});
}

TEST_CASE("the mean types' gradients are one gradient, seen through the chain rule") {
  const auto check = [&]<class Variance>(Variance) {
    const auto of_x_start = gradient_of_x_start<mean::StartX, Variance>();
    const auto same = [&](const std::vector<double>& other) {
      CHECK(golden::error(other, of_x_start) < 1e-9);
    };
    same(gradient_of_x_start<mean::Epsilon, Variance>());
    same(gradient_of_x_start<mean::Velocity, Variance>());
    same(gradient_of_x_start<mean::PreviousX, Variance>());
  };
  check(variance::FixedSmall{});
  check(variance::FixedLarge{});
  check(variance::Learned{});
  check(variance::LearnedRange{});
}

// No program that begins with autograd has been asked for this one: the bound alone, on a network
// that predicts the mean of x_{t-1} and a log variance, by plain gradient descent.
TEST_CASE("Kl with PreviousX and Learned trains: descent along its gradient lowers the bound") {
  using Process = P<mean::PreviousX, variance::Learned, loss::Kl>;
  Case<Process> of(Process{schedule::Cosine{20}});
  const Batch3 gradient("gradient", of.output.layout());
  const auto output = Kokkos::create_mirror_view(of.output);
  const auto slope = Kokkos::create_mirror_view(gradient);
  const double before = of.sum(false, gradient);
  double last = before;
  for (int iteration = 0; iteration < 200; ++iteration) {
    Kokkos::deep_copy(slope, gradient);
    Kokkos::deep_copy(output, of.output);
    for (std::size_t i = 0; i < output.size(); ++i) {
      // Each mean in units of its own variance, so that all timesteps move alike.
      const std::size_t in_sample = i % 8;
      const bool is_mean = in_sample < 4;
      const double unit = is_mean ? std::exp(output.data()[i + 4]) : 1.0;
      output.data()[i] -= 0.5 * unit * slope.data()[i];
    }
    Kokkos::deep_copy(of.output, output);
    const double now = of.sum(false, gradient);
    CHECK(now <= last + 1e-12);
    last = now;
  }
  CHECK(last < before - 0.1);
}
