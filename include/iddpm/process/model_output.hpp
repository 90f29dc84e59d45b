// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/launch/access.hpp>
#include <iddpm/process/diffusion.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

/// \file
/// A network's output: what it must look like, and its parts in a kernel.

namespace iddpm {

namespace detail {

template <Process P, View X>
constexpr void check_output_rank() {
  static_assert(P::output_parts == 1 || X::rank() >= 2,
                "a learned variance needs a batch of rank 2 or more: (B, C, ...)");
}

}  // namespace detail

/// \throws std::invalid_argument unless `model_output` is (B, C, ...) like x_t, or (B, 2C, ...)
/// where the process learns its variance.
template <Process P, View Output, View X>
void require_output_shape(std::string_view function, const Output& model_output, const X& x_t) {
  static_assert(Output::rank() == X::rank(), "all batches of one call have one rank");
  detail::check_output_rank<P, X>();
  bool same = true;
  for (std::size_t r = 0; r < X::rank(); ++r)
    same = same && model_output.extent(r) == x_t.extent(r) * (r == 1 ? P::output_parts : 1);
  if (same) return;
  require(false, function, "model_output",
          (P::output_parts == 2 ? "have twice the channels of x_t " : "have the extents of x_t ") +
              shape_of(x_t),
          shape_of(model_output));
}

/// A network's output in a kernel: its mean part, and its variance part or 0 where that is fixed.
template <bool is_learned, class B>
class ModelOutput {
 public:
  /// Of a batch (B, C, ...) or (B, 2C, ...).
  explicit ModelOutput(const B& batch)
      : mean_(is_learned ? batch.half(0) : batch), variance_(batch.half(1)) {}

  using compute_type = typename Compute<std::remove_const_t<typename B::value_type>>::type;  ///< R
  /// The mean part of an element.
  template <class Sample, class Element>
  KOKKOS_INLINE_FUNCTION compute_type mean(const Sample& sample, Element element) const {
    return mean_(sample, element);
  }
  /// Its variance part, 0 where that is fixed.
  template <class Sample, class Element>
  KOKKOS_INLINE_FUNCTION compute_type variance(const Sample& sample, Element element) const {
    if constexpr (is_learned)
      return variance_(sample, element);
    else
      return compute_type(0);
  }

 private:
  B mean_, variance_;

  template <class Isa, class Sample, bool learned, class Of>
  friend KOKKOS_FUNCTION auto input(Isa, const Sample&, const ModelOutput<learned, Of>&);
};

/// What reads a network's output; see launch/access.hpp.
template <class Access, bool is_learned>
struct ModelOutputAccess {
  /// @{
  /// What makes it an access, of the two parts.
  Access of_mean, of_variance;
  template <class Element>
  KOKKOS_INLINE_FUNCTION auto mean(Element e) const {
    return of_mean(e);
  }
  template <class Element>
  KOKKOS_INLINE_FUNCTION auto variance(Element e) const {
    if constexpr (is_learned)
      return of_variance(e);
    else
      return decltype(of_mean(e))(0);
  }
  KOKKOS_INLINE_FUNCTION void begin(std::size_t first, std::size_t count) {
    of_mean.begin(first, count);
    if constexpr (is_learned) of_variance.begin(first, count);
  }
  KOKKOS_INLINE_FUNCTION void end(std::size_t) const {}
  /// @}
};

/// The access of both parts; see launch/access.hpp.
template <class Isa, class Sample, bool is_learned, class B>
KOKKOS_INLINE_FUNCTION auto input(Isa isa, const Sample& sample,
                                  const ModelOutput<is_learned, B>& output) {
  using Access = decltype(input(isa, sample, output.mean_));
  return ModelOutputAccess<Access, is_learned>{input(isa, sample, output.mean_),
                                               input(isa, sample, output.variance_)};
}

}  // namespace iddpm
