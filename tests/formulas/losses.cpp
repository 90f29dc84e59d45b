// SPDX-License-Identifier: MIT
// The loss of one element and the bound's term, against the papers' formulas and differences.
#include "formulas/by_alpha_bar.hpp"
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/likelihood/prior.hpp>
#include <iddpm/loss/decoded.hpp>
#include <iddpm/loss/kl.hpp>
#include <iddpm/loss/min_snr.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/loss/p2.hpp>
#include <iddpm/loss/rescaled_kl.hpp>
#include <iddpm/loss/rescaled_mse.hpp>
#include <iddpm/loss/training_losses.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace loss = iddpm::loss;
using namespace test;

namespace {

constexpr double x_0 = 0.4, noise = -0.7;

// x_t of x_0, and an output and a v that are no special values.
struct Place {
  explicit Place(std::size_t t)
      : c(rows()[t]), by(t), x_t(std::sqrt(by.a) * x_0 + std::sqrt(1 - by.a) * noise) {}
  const Row& c;
  ByAlphaBar by;
  double x_t, output = 0.35;
};

double kl(double mean_q, double log_q, double mean_p, double log_p) {
  const double off = mean_q - mean_p;
  return 0.5 * (log_p - log_q - 1 + std::exp(log_q - log_p) + off * off * std::exp(-log_p));
}

// A v near the log variances that the row allows.
template <class Variance>
double usual_v(const Place& at) {
  return std::same_as<Variance, iddpm::variance::Learned> ? std::log(at.by.small) + 0.3 : 0.2;
}

double slope(const auto& f, double x) {
  const double h = 1e-5;
  return (f(x + h) - f(x - h)) / (2 * h);
}

template <class Mean, class Variance, class L>
void check_element(std::size_t t) {
  const Place at(t);
  const double v = usual_v<Variance>(at);
  const auto of = [&](double output, double w) {
    if (at.c.is_noisy != 0)
      return iddpm::loss_element<Mean, Variance, L>(at.c, x_0, at.x_t, noise, output, w,
                                                    iddpm::PosteriorTerm{});
    return iddpm::loss_element<Mean, Variance, L>(at.c, x_0, at.x_t, noise, output, w,
                                                  iddpm::DecoderTerm<iddpm::decoder::Erf>{});
  };
  const auto element = of(at.output, v);
  const double error = at.by.target<Mean>(x_0, at.x_t, noise) - at.output;
  CHECK(element.mse == doctest::Approx(L::uses_mse ? error * error : 0).epsilon(1e-10));
  CHECK(element.d_mse_d_output == doctest::Approx(L::uses_mse ? -2 * error : 0).epsilon(1e-10));
  const bool has_bound = !L::uses_mse || Variance::is_learned;
  if (!has_bound) {
    CHECK(element.bound == 0);
    return;
  }
  if (t > 0)
    CHECK(element.bound ==
          doctest::Approx(kl(at.by.c1 * x_0 + at.by.c2 * at.x_t, std::log(at.by.small),
                             at.by.mean<Mean>(at.x_t, at.output), at.by.log_variance<Variance>(v)))
              .epsilon(1e-8));
  if (L::uses_mse)
    CHECK(element.d_bound_d_output == 0);  // its mean is frozen
  else
    CHECK(
        element.d_bound_d_output ==
        doctest::Approx(slope([&](double x) { return of(x, v).bound; }, at.output)).epsilon(1e-6));
  if (Variance::is_learned)
    CHECK(
        element.d_bound_d_v ==
        doctest::Approx(slope([&](double x) { return of(at.output, x).bound; }, v)).epsilon(1e-6));
}

}  // namespace

TEST_CASE("an element's loss and its derivatives are the papers', for every mean and variance") {
  Means::call([]<class Mean>(Mean) {
    Variances::call([]<class Variance>(Variance) {
      for (const std::size_t t : {0u, 1u, 20u, 49u}) {
        CAPTURE(t);
        check_element<Mean, Variance, loss::Mse>(t);
        check_element<Mean, Variance, loss::Kl>(t);
      }
    });
  });
}

TEST_CASE("the bound's term is a divergence, and the decoder's -log p at t = 0") {
  using Variance = iddpm::variance::FixedLarge;
  for (const std::size_t t : {1u, 20u}) {
    const Place at(t);
    const auto term = iddpm::bound_term<Variance>(at.c, x_0, 0.01, 0.3, 0.0, iddpm::decoder::Erf{});
    CHECK(
        term.value ==
        doctest::Approx(kl(0.31, std::log(at.by.small), 0.3, std::log(at.by.beta))).epsilon(1e-8));
  }
  const Place at(0);
  const iddpm::decoder::Erf decoder;
  const auto term = iddpm::bound_term<Variance>(at.c, x_0, 0.01, 0.41, 0.0, decoder);
  const double log_scale = 0.5 * std::log(at.by.small);
  const auto log_p = decoder(x_0, 0.41, log_scale);
  CHECK(term.value == doctest::Approx(-log_p.value).epsilon(1e-12));
  CHECK(term.d_mean == doctest::Approx(-log_p.d_mean).epsilon(1e-12));
  CHECK(term.d_log_variance == doctest::Approx(-log_p.d_log_scale / 2).epsilon(1e-12));
}

TEST_CASE("the losses scale the bound, and weight the mse of the output by their formulas") {
  CHECK(loss::Mse::bound_scale(50) == 1);
  CHECK(loss::Kl::bound_scale(50) == 1);
  CHECK(loss::RescaledMse::bound_scale(50) == doctest::Approx(0.05));
  CHECK(loss::RescaledKl::bound_scale(50) == 50);
  CHECK(loss::MinSnr<loss::RescaledMse>{}.bound_scale(50) == doctest::Approx(0.05));
  Means::call([]<class Mean>(Mean) {
    for (const std::size_t t : {0u, 7u, 20u, 49u}) {
      const Place at(t);
      const double snr = at.by.a / (1 - at.by.a);
      const double d = slope([&](double o) { return at.by.x_start<Mean>(at.x_t, o); }, 0.1);
      CHECK(iddpm::mse_weight<Mean>(loss::Mse{}, at.c) == 1);
      CHECK(iddpm::mse_weight<Mean>(loss::MinSnr{}, at.c) ==
            doctest::Approx(std::min(snr, 5.0) * d * d).epsilon(1e-7));
      CHECK(iddpm::mse_weight<Mean>(loss::P2{}, at.c) ==
            doctest::Approx(snr / (1 + snr) * d * d).epsilon(1e-7));
      CHECK(iddpm::mse_weight<Mean>(loss::MinSnr{2.5}, at.c) ==
            doctest::Approx(std::min(snr, 2.5) * d * d).epsilon(1e-7));
      CHECK(iddpm::mse_weight<Mean>(loss::P2{0.7, 1.3}, at.c) ==
            doctest::Approx(std::pow(1.3 + snr, -0.7) * snr * d * d).epsilon(1e-7));
      CHECK(iddpm::mse_weight<Mean>(
                loss::Decoded<loss::MinSnr<>, iddpm::decoder::Erf>{{}, loss::MinSnr{2.5}}, at.c) ==
            doctest::Approx(std::min(snr, 2.5) * d * d).epsilon(1e-7));
    }
  });
}

TEST_CASE("the prior's term is the divergence of q(x_T | x_0) from the standard normal") {
  const Place at(49);
  CHECK(iddpm::prior_kl(at.c, x_0) ==
        doctest::Approx(kl(std::sqrt(at.by.a) * x_0, std::log(1 - at.by.a), 0, 0)).epsilon(1e-9));
}
