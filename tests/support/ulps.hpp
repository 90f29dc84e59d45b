// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace test {

/// How far `got` lies from the true value, in units of the true value's last place in type R.
template <class R>
double ulps(R got, long double want) {
  using Limits = std::numeric_limits<R>;
  if (std::isinf(got) && std::fabs(want) > static_cast<long double>(Limits::max())) return 0;
  int exponent;
  std::frexp(want, &exponent);
  const int last_place = std::max(exponent, Limits::min_exponent) - Limits::digits;
  return static_cast<double>(
      std::fabs(std::ldexp(static_cast<long double>(got) - want, -last_place)));
}

/// The largest error of `function` over `count` arguments, evenly spaced or in
/// geometric progression; NaN if any error is.
template <class R, class Function, class Reference>
double worst_ulps(Function function, Reference reference, double first, double last, int count,
                  bool geometric = false) {
  double worst = 0;
  for (int i = 0; i < count; ++i) {
    const double part = (i + 0.4142) / count;
    const double x =
        geometric ? first * std::pow(last / first, part) : first + (last - first) * part;
    const double error =
        ulps(function(static_cast<R>(x)), reference(static_cast<long double>(static_cast<R>(x))));
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

}  // namespace test
