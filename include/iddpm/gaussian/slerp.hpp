// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/per_sample.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/math/sincos.hpp>

#include <concepts>
#include <type_traits>

namespace iddpm {

/// What slerp weighs its two ends with.
struct SlerpWeights {
  double of_a;  ///< the weight of a
  double of_b;  ///< the weight of b
};

namespace detail {

/// The angle in [0, pi] of this cosine and sine, of which one is the other's complement. Newton's
/// step for the zero of sin(theta - x), x += sin(theta - x), leaves the error e with e^3 / 6; it
/// begins less than 0.34 off, so that three steps are all digits of a double.
KOKKOS_INLINE_FUNCTION double angle_of(double cosine, double sine) {
  constexpr double half_pi = 1.5707963267948966;
  double angle = Kokkos::fma(-half_pi, cosine, half_pi);
  for (int step = 0; step < 3; ++step) {
    const auto at = math::sincos(angle);
    angle += Kokkos::fma(sine, at.cos, -(cosine * at.sin));
  }
  return angle;
}

}  // namespace detail

/// sin((1 - w) theta) / sin(theta) and sin(w theta) / sin(theta), theta the angle of two vectors
/// with these scalar products. Where sin(theta) < 1e-6, or there is no angle (a vector of zeros),
/// the limit for small angles, 1 - w and w. Exactly 1 and 0 at w = 0, 0 and 1 at w = 1.
/// \see Shoemake 1985.
KOKKOS_INLINE_FUNCTION SlerpWeights slerp_weights(double aa, double ab, double bb, double w) {
  const double cosine = ab / (Kokkos::sqrt(aa) * Kokkos::sqrt(bb));
  const double square = Kokkos::fma(-cosine, cosine, 1.0);
  if (!(square >= 1e-12)) return {1 - w, w};
  const double theta = detail::angle_of(cosine, Kokkos::sqrt(square));
  const double whole = math::sin(theta);
  return {math::sin((1 - w) * theta) / whole, math::sin(w * theta) / whole};
}

namespace detail {

/// The three scalar products of each pair of samples.
template <class In>
struct ScalarProducts {
  using term_type = double;

  In a, b;

  template <class Isa, class Into>
  KOKKOS_INLINE_FUNCTION void operator()(Isa, std::size_t sample, std::size_t begin,
                                         std::size_t end, Into& terms) const {
    for (std::size_t e = begin; e < end; ++e) {
      const auto x = static_cast<double>(a(sample, e)), y = static_cast<double>(b(sample, e));
      terms(0, e) = x * x;
      terms(1, e) = x * y;
      terms(2, e) = y * y;
    }
  }
};

template <class Weight, class Weights>
struct WriteSlerpWeights {
  Weight weight;
  Weights weights;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<3>& sums) const {
    const auto w = static_cast<double>(weight(sample));
    weights(sample) = slerp_weights(sums.value[0], sums.value[1], sums.value[2], w);
  }
};

template <class Weights, class In, class Out>
struct Slerp {
  Weights weights;
  In a, b;
  Out out;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    using T = typename Out::value_type;
    using R = typename Compute<T>::type;
    const auto of_a = static_cast<R>(weights(sample).of_a);
    const auto of_b = static_cast<R>(weights(sample).of_b);
    for (std::size_t e = begin; e < end; ++e) {
      const R x = a(sample, e), y = b(sample, e);
      out(sample, e) = static_cast<T>(Kokkos::fma(of_a, x, of_b * y));
    }
  }
};

/// A number is one weight for all, in double; a View is one per sample, in its own type.
template <ExecutionSpace Exec, class W>
auto slerp_weight(const W& weight) {
  if constexpr (View<W>)
    return PerSample<value_t<W>, Exec>(weight);
  else
    return PerSample<double, Exec>(static_cast<double>(weight));
}

}  // namespace detail

/// Spherical interpolation of two batches of standard normals, sample by sample:
/// out = sin((1 - w) theta) / sin(theta) a + sin(w theta) / sin(theta) b, theta the angle between a
/// and b. Between ends of one length that length is kept, which a mean of normals does not do.
/// w = 0 gives a, w = 1 gives b; outside [0, 1] the arc goes on. See `slerp_weights` for the
/// limits. \param weight w: a number, or a View (B) on Exec with one per sample \pre a, b, out: (B,
/// ...) of equal extents and one compute type; out may be a or b. Asynchronous on exec; allocates
/// 16 bytes per sample, so it belongs before a loop. \throws std::invalid_argument on extents that
/// differ. \see Shoemake 1985; Song et al. 2021 (DDIM), section 5.3.
template <ExecutionSpace Exec, View A, View B, class W, View Out>
void slerp(const Exec& exec, const A& a, const B& b, const W& weight, const Out& out) {
  static_assert(
      std::same_as<compute_t<A>, compute_t<Out>> && std::same_as<compute_t<B>, compute_t<Out>>,
      "slerp: a, b and out are of one compute type");
  static_assert(ViewOn<A, Exec> && ViewOn<B, Exec> && ViewOn<Out, Exec>,
                "slerp: every view lies in memory that exec can reach");
  static_assert(!std::is_const_v<typename Out::value_type>,
                "slerp: out has elements that may be written, not const ones");
  require_same_shape("slerp", "b", b, "a", a);
  require_same_shape("slerp", "out", out, "a", a);
  const auto per_sample = detail::slerp_weight<Exec>(weight);
  per_sample.require_extent("slerp", "weight", a.extent(0));
  const Tensor<SlerpWeights, 1, Exec> weights(
      Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::gaussian::slerp_weights"),
      a.extent(0));
  using Weights = std::decay_t<decltype(weights)>;
  visit_batches(
      "slerp",
      [&](const auto& from, const auto& to, const auto& result) {
        using In = std::decay_t<decltype(from)>;
        using Weight = std::decay_t<decltype(per_sample)>;
        reduce_samples<3>("iddpm::gaussian::slerp_weights", exec, from,
                          detail::ScalarProducts<In>{from, to},
                          detail::WriteSlerpWeights<Weight, Weights>{per_sample, weights});
        for_each_tile(
            "iddpm::gaussian::slerp", exec, from,
            detail::Slerp<Weights, In, std::decay_t<decltype(result)>>{weights, from, to, result});
      },
      typename A::const_type(a), typename B::const_type(b), out);
}

}  // namespace iddpm
