// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/denoiser/detail/kept_tensor.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/random/for_each_element.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace iddpm {

namespace detail {

// `to` is `first`'s elements of a sample, then `second`'s.
template <Real R, class First, class Second, class Out>
struct Concatenate {
  First first;
  Second second;
  Out to;

  template <class Isa>
  KOKKOS_INLINE_FUNCTION void operator()(Isa isa, std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const std::size_t middle = first.size;
    const std::size_t first_end = end < middle ? end : middle;
    const std::size_t second_begin = begin > middle ? begin : middle;
    copy(isa, sample, begin, first_end, [&](auto e) -> R { return first(sample, e); });
    copy(isa, sample, second_begin, end,
         [&](auto e) -> R { return second(sample, moved(e, middle)); });
  }

 private:
  template <class Isa, class Read>
  KOKKOS_INLINE_FUNCTION void copy(Isa isa, std::size_t sample, std::size_t begin, std::size_t end,
                                   const Read& read) const {
    auto out = output(isa, sample, to);
    for_each_element(
        isa, NoNoise<R>{}, sample, begin, end, read, [](R x, R) { return x; },
        [&](auto e, R x) { out(e) = x; }, out);
  }

  // Samples of a Batch that is read by fours hold a multiple of four elements.
  template <class E>
  KOKKOS_INLINE_FUNCTION static auto moved(E e, std::size_t by) {
    if constexpr (std::is_same_v<E, LaneOfFour> && std::is_same_v<Out, Batch<value_type>>)
      return LaneOfFour{e.four - by / 4, e.lane};
    else
      return static_cast<std::size_t>(e) - by;
  }

  using value_type = typename Out::value_type;
};

}  // namespace detail

/// A denoiser that sees a condition beside x_t: it calls `denoiser` with x_t (B, C, ...) and the
/// condition (B, C', ...) joined along axis 1, (B, C + C', ...); the output is that of x_t alone.
///
/// - Super-resolution: the condition is the small image, enlarged.
/// - Self-conditioning: it is the x_0 that was predicted last, zeros at first: a View that an
///   observer fills (sampler/keep_x_start.hpp).
///
/// Around guidance it would change the x_t whose output is guided: guidance goes around it.
/// The joined batch is kept, shared by copies, and allocated when the extents change and never
/// else: one object and its copies serve one exec instance at a time.
/// \see Saharia et al. 2022 (SR3); Nichol & Dhariwal 2021 (upsampling); Chen et al. 2022 (analog
/// bits, self-conditioning).
template <class D, View Condition>
class Concatenated {
 public:
  static constexpr bool takes_row = true;  ///< it hands the row on

  /// \param condition (B, C', ...), read at every call: what is written there later is seen
  Concatenated(D denoiser, Condition condition)
      : denoiser_(std::move(denoiser)), condition_(std::move(condition)) {}

  /// One launch, then the denoiser. Asynchronous on exec.
  /// \pre x_t: (B, C, ...) of the condition's rank, 2 to 8, and extents, but for axis 1; timesteps
  ///      and model_output as the denoiser wants them.
  /// \throws std::invalid_argument on extents that do not fit.
  template <ExecutionSpace Exec, View X, View T, View Output>
  requires Denoiser<const D&, Exec, detail::TensorLike<X, Exec>, T, Output>
  void operator()(const Exec& exec, const X& x_t, const T& timesteps,
                  const Output& model_output) const {
    denoiser_(exec, joined(exec, x_t), timesteps, model_output);
  }

  /// The same where the row of the batch's timestep is known; see denoiser/concepts.hpp.
  template <ExecutionSpace Exec, View X, View T, View Output>
  requires AnyDenoiser<const D&, Exec, detail::TensorLike<X, Exec>, T, Output>
  void operator()(const Exec& exec, const X& x_t, const T& timesteps, const Output& model_output,
                  const Coefficients<double>& row) const {
    call_denoiser(denoiser_, exec, joined(exec, x_t), timesteps, model_output, row);
  }

 private:
  D denoiser_;
  Condition condition_;
  detail::KeptTensor joined_;

  template <ExecutionSpace Exec, View X>
  [[nodiscard]] auto joined(const Exec& exec, const X& x_t) const {
    constexpr auto label = "iddpm::denoiser::concatenated";
    constexpr std::size_t rank = X::rank();
    static_assert(rank >= 2, "Concatenated: x_t is (B, C, ...), joined along axis 1");
    static_assert(rank == Condition::rank(), "Concatenated: x_t and the condition have one rank");
    static_assert(std::is_same_v<compute_t<X>, compute_t<Condition>>,
                  "Concatenated: x_t and the condition are both computed in float or in double");
    static_assert(ViewOn<Condition, Exec>, "Concatenated: the condition lies where exec works");
    require_condition(x_t);
    const auto to = joined_.template get<value_t<X>, rank>(
        exec, label, detail::extents_with(x_t, 1, x_t.extent(1) + condition_.extent(1)));
    visit_batches(
        "Concatenated",
        [&]<class First, class Second, class Out>(const First& first, const Second& second,
                                                  const Out& out) {
          for_each_tile(label, exec, out,
                        detail::Concatenate<compute_t<X>, First, Second, Out>{first, second, out});
        },
        typename X::const_type(x_t), typename Condition::const_type(condition_), to);
    return to;
  }

  template <View X>
  void require_condition(const X& x_t) const {
    bool fits = true;
    for (std::size_t r = 0; r < X::rank(); ++r)
      fits = fits && (r == 1 || condition_.extent(r) == x_t.extent(r));
    if (fits) return;
    require(false, "Concatenated", "condition",
            "have the extents of x_t " + shape_of(x_t) + " but for axis 1", shape_of(condition_));
  }
};

}  // namespace iddpm
