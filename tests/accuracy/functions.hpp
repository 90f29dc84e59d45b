// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/errors.hpp"
#include "accuracy/inputs.hpp"
#include "accuracy/sum.hpp"
#include <iddpm/math/erfcx.hpp>
#include <iddpm/math/logistic.hpp>
#include <iddpm/math/sincos.hpp>

#include <string>

/// \file
/// The functions of one number, and the noise.

namespace accuracy {

/// One function at 20000 arguments, evenly spread over [low, high], and at the numbers near 0.
template <class R, class Ours, class Exact>
void measure_function(Errors& errors, const std::string& name, double low, double high,
                      const Ours& ours, const Exact& exact) {
  Quantity& quantity = errors["math::" + name];
  std::vector<R> arguments = uniforms<R>(low, high, 31, 20000);
  for (R x = R(0.1); x > R(1e-9); x *= R(0.9)) {
    arguments.push_back(x);
    if (low < 0) arguments.push_back(-x);
  }
  for (const R x : arguments) {
    const Mp truth = exact(exactly(x));
    quantity.add<R>(ulps<R>(ours(x), truth, truth), {});
  }
}

template <class R>
void measure_functions(Errors& errors) {
  namespace math = iddpm::math;
  const auto of = [&](const char* name, double low, double high, auto ours, auto exact) {
    measure_function<R>(errors, name, low, high, ours, exact);
  };
  const Mp one = 1;
  of(
      "exp", -80, 80, [](R x) { return math::exp(x); }, [](const Mp& x) { return exp(x); });
  of(
      "expm1", -20, 20, [](R x) { return math::expm1(x); }, [](const Mp& x) { return expm1(x); });
  of(
      "log", 0, 20, [](R x) { return math::log(x); }, [](const Mp& x) { return log(x); });
  of(
      "log1p", -0.99, 20, [](R x) { return math::log1p(x); }, [](const Mp& x) { return log1p(x); });
  of(
      "sin", -20, 20, [](R x) { return math::sin(x); }, [](const Mp& x) { return sin(x); });
  of(
      "cos", -20, 20, [](R x) { return math::cos(x); }, [](const Mp& x) { return cos(x); });
  of(
      "logistic", -80, 20, [](R x) { return math::logistic(x); },
      [&](const Mp& x) { return one / (one + exp(-x)); });
  of(
      "softplus", -80, 20, [](R x) { return math::softplus(x); },
      [](const Mp& x) { return log1p(exp(x)); });
  of(
      "erfcx", -9, 100, [](R x) { return math::erfcx(x); },
      [](const Mp& x) { return exp(square(x)) * erfc(x); });
}

/// (word + 1/2) 2^-32.
inline Mp exact_unit(std::uint32_t word) { return (Mp(word) + Mp(0.5)) * Mp(0x1p-32); }

/// The normals of 5000 blocks of four words.
template <class R>
void measure_normals(Errors& errors) {
  Quantity& quantity = errors["normals"];
  const iddpm::Draw draw = iddpm::NoiseStream{.seed = 20261123}.user(1);
  for (std::uint32_t block = 0; block < 5000; ++block) {
    const auto words = iddpm::words(draw, 0, block);
    const auto found = iddpm::normals<R>(words);
    for (std::size_t pair = 0; pair < 4; pair += 2) {
      const Mp radius = sqrt(Mp(-2) * log(exact_unit(words[pair])));
      const Mp angle = Mp(2) * Mp::pi() * exact_unit(words[pair + 1]);
      const Mp x = radius * cos(angle), y = radius * sin(angle);
      quantity.add<R>(ulps<R>(found[pair], x, x), {});
      quantity.add<R>(ulps<R>(found[pair + 1], y, y), {});
    }
  }
}

}  // namespace accuracy
