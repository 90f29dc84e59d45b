// SPDX-License-Identifier: MIT
// Is a bin's probability the density times its width? What an 8-bit value costs, in bits, when it
// is a normal number of this deviation, rounded to its level: see docs/facts.md.
// Prints:
//   sigma   bins    tanh    density x width
//   0.00224 0.74219 0.74220 0.97616 +31.52 % posterior, t = 1, cosine 4000
//   0.00314 1.02802 1.02803 1.10169  +7.17 % sqrt(beta_0), cosine 4000
//   0.01000 2.43365 2.43369 2.43457  +0.04 % sqrt(beta_0), linear 1000
//   0.02000 3.40678 3.40682 3.40684  +0.00 % 2.55 levels
#include <iddpm/gaussian/decoder/continuous.hpp>
#include <iddpm/gaussian/decoder/erf.hpp>
#include <iddpm/gaussian/decoder/tanh.hpp>
#include <iddpm/schedule.hpp>

#include <cmath>
#include <cstdio>

namespace decoder = iddpm::decoder;

namespace {

constexpr double width = 2.0 / 255;  // of a bin

// The expected -log2 of exp(log_p); the mean takes every place between two
// levels.
template <class Likelihood>
double expected_bits(const Likelihood& log_p, double log_scale) {
  double bits = 0;
  for (int place = 0; place < 200; ++place)
    for (int level = -40; level <= 40; ++level) {
      const double x = level * width, mean = (place + 0.5) / 200 * width;
      const double p = std::exp(decoder::Erf{}(x, mean, log_scale).value);
      bits -= p * log_p(x, mean, log_scale) / std::log(2.0) / 200;
    }
  return bits;
}

void print_bits(const char* what, double deviation) {
  const double log_scale = iddpm::math::log(deviation);
  const auto bits = [&](const auto& log_p) { return expected_bits(log_p, log_scale); };
  const double exact = bits([](auto... of) { return decoder::Erf{}(of...).value; });
  const double by_tanh = bits([](auto... of) { return decoder::Tanh{}(of...).value; });
  const double density =
      bits([](auto... of) { return decoder::Continuous{}(of...).value + std::log(width); });
  std::printf("%.5f %.5f %.5f %.5f %+6.2f %% %s\n", deviation, exact, by_tanh, density,
              100 * (density / exact - 1), what);
}

}  // namespace

int main() {
  const auto cosine = iddpm::make_coefficients(iddpm::schedule::Cosine(4000));
  const auto linear = iddpm::make_coefficients(iddpm::schedule::Linear(1000));
  std::printf("sigma   bins    tanh    density x width\n");
  print_bits("posterior, t = 1, cosine 4000", std::sqrt(cosine[1].posterior_variance));
  print_bits("sqrt(beta_0), cosine 4000", std::sqrt(cosine[0].beta));
  print_bits("sqrt(beta_0), linear 1000", std::sqrt(linear[0].beta));
  print_bits("2.55 levels", 0.02);
}
