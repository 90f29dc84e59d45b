// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/math/bits.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>

namespace iddpm {

/// The constants of AdamW.
struct AdamWOptions {
  double beta1 = 0.9;         ///< decay of the mean gradient
  double beta2 = 0.999;       ///< decay of the mean squared gradient
  double epsilon = 1e-8;      ///< added to the root
  double weight_decay = 0.0;  ///< decoupled: scaled by the learning rate alone
};

namespace detail {

/// sqrt(x) for x >= 0, at most 2 ulp off (absolutely, below the normal numbers). std::sqrt may set
/// errno, which keeps compilers from vectorising the one loop of a step over all parameters.
template <Real R>
KOKKOS_INLINE_FUNCTION R square_root(R x) {
  constexpr bool single = std::same_as<R, float>;
  constexpr auto magic = static_cast<math::Bits<R>>(single ? 0x5f375a86 : 0x5fe6eb50c7b537a9);
  R inverse = math::from_bits<R>(magic - (math::to_bits(x) >> 1));
  for (int step = 0; step < (single ? 3 : 4); ++step)
    inverse *= Kokkos::fma(R(-0.5) * x * inverse, inverse, R(1.5));
  return x * inverse;
}

/// Counts a step that is taken: powers = (beta1^n, beta2^n).
template <Real R, ExecutionSpace Exec>
struct CountStep {
  Tensor<double, 1, Exec> powers;
  Tensor<R, 0, Exec> scale;
  double beta1, beta2;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t) const {
    if (!(scale() > R(0))) return;
    powers(0) *= beta1;
    powers(1) *= beta2;
  }
};

template <Real R, ExecutionSpace Exec>
struct AdamWStep {
  Tensor<R, 1, Exec> gradient, mean, square, parameters;
  Tensor<double, 1, Exec> powers;
  Tensor<R, 0, Exec> scale;
  double beta1, beta2, epsilon, learning_rate, weight_decay;

  // The corrections are made once per tile: the root of the second one leaves the elements' root.
  KOKKOS_INLINE_FUNCTION void operator()(std::size_t, std::size_t begin, std::size_t end) const {
    const R s = scale();
    if (!(s > R(0))) return;  // nothing is multiplied by a gradient that is not finite
    const R b1 = static_cast<R>(beta1), c1 = static_cast<R>(1 - beta1);
    const R b2 = static_cast<R>(beta2), c2 = static_cast<R>(1 - beta2);
    const double root = Kokkos::sqrt(1 - powers(1));
    const R rate = static_cast<R>(learning_rate * root / (1 - powers(0)));
    const R floor = static_cast<R>(epsilon * root);
    const R keep = static_cast<R>(1 - learning_rate * weight_decay);
    const R* KOKKOS_RESTRICT g = gradient.data();
    R* KOKKOS_RESTRICT m = mean.data();
    R* KOKKOS_RESTRICT v = square.data();
    R* KOKKOS_RESTRICT p = parameters.data();
    for (std::size_t e = begin; e < end; ++e) {
      const R d = s * g[e];
      m[e] = Kokkos::fma(b1, m[e], c1 * d);
      v[e] = Kokkos::fma(b2, v[e], c2 * (d * d));
      p[e] = Kokkos::fma(keep, p[e], -rate * m[e] / (square_root(v[e]) + floor));
    }
  }
};

}  // namespace detail

/// Adam with decoupled weight decay, for flat parameters p and gradient g times a scale s:
///
///   m = beta1 m + (1 - beta1) s g,   v = beta2 v + (1 - beta2) (s g)^2,
///   p = p - rate (m / (1 - beta1^n) / (sqrt(v / (1 - beta2^n)) + epsilon) + weight_decay p)
///
/// for the n-th step, n = 1, 2, ..., in one kernel. The scale is read on the device, so that
/// clipping needs no host read. A scale that is not above zero skips the step: p, m, v and n stay
/// as they are, whatever the gradient holds.
/// Source: Loshchilov & Hutter 2019, algorithm 2; Kingma & Ba 2015 for the corrections.
template <Real R, ExecutionSpace Exec>
class AdamW {
 public:
  using Vector = Tensor<R, 1, Exec>;  ///< (N)
  using Scalar = Tensor<R, 0, Exec>;  ///< a number on the device

  /// \throws std::invalid_argument unless 0 <= beta < 1, epsilon > 0 and weight_decay >= 0.
  AdamW(const Exec& exec, std::size_t size, const AdamWOptions& options = {})
      : options_(checked(options)),
        mean_(Kokkos::view_alloc(exec, "iddpm::training::adamw_mean"), size),
        square_(Kokkos::view_alloc(exec, "iddpm::training::adamw_square"), size),
        powers_(Kokkos::view_alloc(exec, "iddpm::training::adamw_powers"), 2),
        one_(Kokkos::view_alloc(exec, "iddpm::training::adamw_one")) {
    Kokkos::deep_copy(exec, powers_, 1.0);
    Kokkos::deep_copy(exec, one_, R(1));
  }

  /// One step with the scale 1. Asynchronous on exec.
  void step(const Exec& exec, double learning_rate, const Vector& gradient,
            const Vector& parameters) {
    step(exec, learning_rate, gradient, one_, parameters);
  }

  /// One step with a scale in device memory, such as ClipGradient's factor. Asynchronous on exec.
  /// \throws std::invalid_argument unless the extents fit and learning_rate is finite and >= 0.
  void step(const Exec& exec, double learning_rate, const Vector& gradient, const Scalar& scale,
            const Vector& parameters) {
    require(std::isfinite(learning_rate) && learning_rate >= 0, "AdamW::step", "learning_rate",
            "be finite and at least 0", learning_rate);
    require_extent("gradient", gradient);
    require_extent("parameters", parameters);
    const auto& o = options_;
    Kokkos::parallel_for("iddpm::training::adamw_count",
                         Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(exec, 0, 1),
                         detail::CountStep<R, Exec>{powers_, scale, o.beta1, o.beta2});
    for_each_tile(
        "iddpm::training::adamw_step", exec, 1, mean_.extent(0),
        detail::AdamWStep<R, Exec>{gradient, mean_, square_, parameters, powers_, scale, o.beta1,
                                   o.beta2, o.epsilon, learning_rate, o.weight_decay});
  }

  /// @{
  /// The state, to be saved and restored: m, v, and (beta1^n, beta2^n), which count the steps.
  [[nodiscard]] const Vector& mean() const { return mean_; }
  [[nodiscard]] const Vector& square() const { return square_; }
  [[nodiscard]] const Tensor<double, 1, Exec>& powers() const { return powers_; }
  /// @}

 private:
  AdamWOptions options_;
  Vector mean_, square_;
  Tensor<double, 1, Exec> powers_;
  Scalar one_;

  static AdamWOptions checked(const AdamWOptions& o) {
    require(o.beta1 >= 0 && o.beta1 < 1, "AdamW", "beta1", "be in [0, 1)", o.beta1);
    require(o.beta2 >= 0 && o.beta2 < 1, "AdamW", "beta2", "be in [0, 1)", o.beta2);
    require(std::isfinite(o.epsilon) && o.epsilon > 0, "AdamW", "epsilon", "be finite and above 0",
            o.epsilon);
    require(std::isfinite(o.weight_decay) && o.weight_decay >= 0, "AdamW", "weight_decay",
            "be finite and at least 0", o.weight_decay);
    return o;
  }

  void require_extent(const char* name, const Vector& view) const {
    require(view.extent(0) == mean_.extent(0), "AdamW::step", name,
            "have " + std::to_string(mean_.extent(0)) + " elements", view.extent(0));
  }
};

}  // namespace iddpm
