// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/random/for_each_element.hpp>
#include <iddpm/random/noise_source.hpp>
#include <iddpm/sampler/observer.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>

namespace iddpm {

namespace detail {

template <Real R>
struct InpaintingInput {
  R x, known, mask;
};

template <class Source, class Known, class Mask, class Out>
struct Inpaint {
  using R = typename Source::value_type;

  Coefficients<R> level;
  Source noise;
  Known known;
  Mask mask;
  Out x;

  [[nodiscard]] bool is_uniform() const { return true; }

  template <class Isa, class Sample>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, const Sample& sample, std::size_t begin,
                                         std::size_t end) const {
    const Coefficients<R> c = level;
    auto from = input(isa, sample, x);
    auto of_known = input(isa, sample, known);
    auto of_mask = input(isa, sample, mask);
    auto to = output(isa, sample, x);
    for_each_element(
        isa, noise, sample, begin, end,
        [&](auto e) -> InpaintingInput<R> {
          return {static_cast<R>(from(e)), of_known(e), of_mask(e)};
        },
        [&](const InpaintingInput<R>& in, R z) {
          const R known_now = iddpm::q_sample(c, in.known, z);
          const R free = (R(1) - in.mask) * in.x;
          return Kokkos::fma(in.mask, known_now, free);
        },
        [&](auto e, R value) { to(e) = value; }, from, of_known, of_mask, to);
  }
};

}  // namespace detail

/// An observer that holds a part of x to a known picture: after each transition, with A' the new
/// state's alpha_bar,
///
///     x = mask (sqrt(A') x_known + sqrt(1 - A') noise) + (1 - mask) x,
///
/// and x_known itself where the mask is 1 at the end. `noise.known_region(k)` is the noise. With
/// any sampler; with repaint_times (process/times.hpp) what is made fits what is known better.
/// \pre mask (in [0, 1]; 1: known) and x_known: Views with the extents of x that outlive the run
/// \throws std::invalid_argument, before the first transition, unless the extents are x's.
/// \see Lugmayr et al. 2022, "RePaint", eq. (8).
template <View Mask, View Known, class N>
class Inpainting {
 public:
  /// \param mask 1 where x is known; x_known what is known, (B, ...); noise the run's
  Inpainting(const Mask& mask, const Known& x_known, const N& noise)
      : mask_(mask), known_(x_known), noise_(noise) {
    require_same_shape("Inpainting", "mask", mask, "x_known", x_known);
  }

  /// Refuses a run whose x has other extents.
  template <ExecutionSpace Exec, View X>
  void begin(const Exec&, const X& x) const {
    static_assert(ViewOn<Mask, Exec> && ViewOn<Known, Exec>,
                  "every view lies in memory that exec can reach");
    static_assert(std::is_same_v<compute_t<Mask>, compute_t<X>> &&
                      std::is_same_v<compute_t<Known>, compute_t<X>>,
                  "all batches of one call hold float or 16-bit numbers, or all hold double");
    require_same_shape("Inpainting", "mask", mask_, "x", x);
  }

  /// A state that was noised again keeps what it is: its known part was noised with it.
  template <ExecutionSpace Exec, View X>
  void operator()(const Exec& exec, const SamplingStep& step, const X& x, const X&) const {
    using R = compute_t<X>;
    begin(exec, x);
    if (step.rises) return;
    Coefficients<double> level{};
    level.sqrt_alpha_bar = std::sqrt(step.alpha_bar);
    level.sqrt_one_minus_alpha_bar = std::sqrt(step.one_minus_alpha_bar);
    visit_with_noise(
        "Inpainting",
        [&](const auto& source, const auto& out, const auto& known, const auto& mask) {
          for_each_tile(
              "iddpm::sampler::inpaint", exec, out,
              detail::Inpaint<std::decay_t<decltype(source)>, std::decay_t<decltype(known)>,
                              std::decay_t<decltype(mask)>, std::decay_t<decltype(out)>>{
                  cast<R>(level), source, known, mask, out});
        },
        noise_.known_region(static_cast<std::uint32_t>(step.index)), x, detail::as_input(known_),
        detail::as_input(mask_));
  }

 private:
  Mask mask_;
  Known known_;
  N noise_;
};

}  // namespace iddpm
