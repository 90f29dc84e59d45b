// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/mp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace accuracy {

/// A true value as the sum that it is, multiplied out: its largest term is the measure of the
/// error that rounding the terms makes.
class Sum {
 public:
  Sum() = default;
  Sum(Mp term) { terms_.push_back(std::move(term)); }

  friend Sum operator+(Sum a, const Sum& b) {
    a.terms_.insert(a.terms_.end(), b.terms_.begin(), b.terms_.end());
    return a;
  }
  friend Sum operator*(const Mp& factor, Sum a) {
    for (Mp& term : a.terms_) term = factor * term;
    return a;
  }
  friend Sum operator-(Sum a) { return Mp(-1) * std::move(a); }
  friend Sum operator-(Sum a, Sum b) { return std::move(a) + -std::move(b); }

  [[nodiscard]] Mp total() const {
    Mp total;
    for (const Mp& term : terms_) total = total + term;
    return total;
  }

  [[nodiscard]] Mp largest() const {
    Mp largest;
    for (const Mp& term : terms_) largest = max(largest, abs(term));
    return largest;
  }

 private:
  std::vector<Mp> terms_;
};

/// How far `got` is from the truth, in units in the last place that `unit` has in type R; a true 0
/// or infinity must be met.
template <class R>
double ulps(R got, const Mp& truth, const Mp& unit) {
  if (truth.is_infinite()) return static_cast<double>(got) == truth.to_double() ? 0 : HUGE_VAL;
  if (unit.is_zero()) return got == 0 ? 0 : HUGE_VAL;
  using Limits = std::numeric_limits<R>;
  const long exponent = std::max(unit.exponent(), static_cast<long>(Limits::min_exponent));
  const Mp error = abs(Mp(static_cast<double>(got)) - truth);
  return (error / Mp(std::ldexp(1.0, static_cast<int>(exponent - Limits::digits)))).to_double();
}

template <class R>
double ulps(R got, const Sum& truth) {
  return ulps(got, truth.total(), truth.largest());
}

}  // namespace accuracy
