// SPDX-License-Identifier: MIT
#pragma once

#include <mpfr.h>

#include <utility>

namespace accuracy {

/// A number of 200 bits, 60 digits: what the library's numbers are compared with.
class Mp {
 public:
  Mp() : Mp(0.0) {}
  Mp(double x) { mpfr_set_d(init(), x, MPFR_RNDN); }
  Mp(const Mp& other) { mpfr_set(init(), other.x_, MPFR_RNDN); }
  Mp(Mp&& other) noexcept : Mp() { mpfr_swap(x_, other.x_); }
  Mp& operator=(Mp other) noexcept {
    mpfr_swap(x_, other.x_);
    return *this;
  }
  ~Mp() { mpfr_clear(x_); }

  [[nodiscard]] double to_double() const { return mpfr_get_d(x_, MPFR_RNDN); }
  [[nodiscard]] bool is_zero() const { return mpfr_zero_p(x_) != 0; }
  [[nodiscard]] bool is_infinite() const { return mpfr_inf_p(x_) != 0; }

  /// e with 2^(e - 1) <= |x| < 2^e, as std::frexp has it. \pre x is neither 0 nor infinite
  [[nodiscard]] long exponent() const { return mpfr_get_exp(x_); }

  friend Mp operator+(const Mp& a, const Mp& b) { return binary(mpfr_add, a, b); }
  friend Mp operator-(const Mp& a, const Mp& b) { return binary(mpfr_sub, a, b); }
  friend Mp operator*(const Mp& a, const Mp& b) { return binary(mpfr_mul, a, b); }
  friend Mp operator/(const Mp& a, const Mp& b) { return binary(mpfr_div, a, b); }
  friend Mp operator-(const Mp& a) { return unary(mpfr_neg, a); }
  friend bool operator<(const Mp& a, const Mp& b) { return mpfr_less_p(a.x_, b.x_) != 0; }

  friend Mp abs(const Mp& a) { return unary(mpfr_abs, a); }
  friend Mp sqrt(const Mp& a) { return unary(mpfr_sqrt, a); }
  friend Mp exp(const Mp& a) { return unary(mpfr_exp, a); }
  friend Mp expm1(const Mp& a) { return unary(mpfr_expm1, a); }
  friend Mp log(const Mp& a) { return unary(mpfr_log, a); }
  friend Mp log1p(const Mp& a) { return unary(mpfr_log1p, a); }
  friend Mp tanh(const Mp& a) { return unary(mpfr_tanh, a); }
  friend Mp erfc(const Mp& a) { return unary(mpfr_erfc, a); }
  friend Mp sin(const Mp& a) { return unary(mpfr_sin, a); }
  friend Mp cos(const Mp& a) { return unary(mpfr_cos, a); }

  /// The far tails of a probability need exponents beyond MPFR's usual range.
  static void allow_all_exponents() {
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }

  static Mp pi() {
    Mp result;
    mpfr_const_pi(result.x_, MPFR_RNDN);
    return result;
  }

 private:
  mpfr_ptr init() {
    mpfr_init2(x_, 200);
    return x_;
  }

  template <class Function>
  static Mp unary(Function function, const Mp& a) {
    Mp result;
    function(result.x_, a.x_, MPFR_RNDN);
    return result;
  }

  template <class Function>
  static Mp binary(Function function, const Mp& a, const Mp& b) {
    Mp result;
    function(result.x_, a.x_, b.x_, MPFR_RNDN);
    return result;
  }

  mpfr_t x_;
};

inline Mp min(const Mp& a, const Mp& b) { return b < a ? b : a; }
inline Mp max(const Mp& a, const Mp& b) { return a < b ? b : a; }
inline Mp square(const Mp& a) { return a * a; }

}  // namespace accuracy
