// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/per_sample.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/parametrization/concepts.hpp>
#include <iddpm/process/transition_row.hpp>
#include <iddpm/schedule/device_coefficients.hpp>
#include <iddpm/schedule/noise_levels.hpp>
#include <iddpm/schedule/respaced.hpp>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace iddpm {

/// A diffusion process as a type: what its schedule is, what its network predicts (`Mean`,
/// `Variance`), what that network is trained on (`Loss`) and where its tables live (`Exec`). Types
/// say which code runs; the numbers in them (T, a loss's strength) are values.
///
/// Immutable and cheap to copy (copies share their tables), so one object serves many threads.
/// It holds no execution space instance: every operation takes one, first.
/// \throws std::invalid_argument, on construction, unless every beta is in (0, 1) (the last may
///         be 1 where the schedule says so) and `Mean` can find x_0 at every timestep, also in
///         float: Epsilon cannot where alpha_bar is below 1e-77; and unless Kokkos is initialised,
///         for its tables are Views, which have to die before it is finalized.
/// \see Ho et al. 2020; Nichol & Dhariwal 2021; improved_diffusion, GaussianDiffusion;
///      loss/concepts.hpp.
template <Schedule S, MeanType Mean, VarianceType Variance, std::copyable Loss,
          ExecutionSpace Exec = Kokkos::DefaultExecutionSpace>
requires requires { Loss::uses_mse; }
class GaussianDiffusion {
 public:
  using schedule_type = S;         ///< how fast data are destroyed
  using mean_type = Mean;          ///< what the network predicts
  using variance_type = Variance;  ///< of a step back
  using loss_type = Loss;          ///< of a training
  using execution_space = Exec;    ///< where the tables live

  /// Parts of a network's output along the channels: the mean's, and a learned variance's.
  static constexpr std::size_t output_parts = Variance::is_learned ? 2 : 1;

  /// \param rescale_timesteps give networks t 1000 / T instead of t
  explicit GaussianDiffusion(S schedule, bool rescale_timesteps = false, Loss loss = Loss())
      : tables_(make_tables(std::move(schedule), rescale_timesteps)), loss_(std::move(loss)) {
    for (std::size_t t = 0; t < coefficients().size(); ++t)
      require(finds_x_start(coefficients()[t]), "GaussianDiffusion",
              "alpha_bar of timestep " + std::to_string(t),
              "be large enough for the mean type to find x_0 (Epsilon divides by its square root; "
              "StartX and Velocity find x_0 at any)",
              coefficients()[t].alpha_bar);
  }

  /// T, the number of timesteps of this process (fewer than the network's where respaced).
  [[nodiscard]] int num_timesteps() const { return static_cast<int>(coefficients().size()); }

  /// The table, in double on the host: row t for t = 0 .. T - 1. Of a temporary, a copy.
  [[nodiscard]] const std::vector<Coefficients<double>>& coefficients() const& {
    return levels().rows();
  }
  /// The same.
  [[nodiscard]] std::vector<Coefficients<double>> coefficients() const&& { return levels().rows(); }
  /// The table as a function of a real timestep, on the host.
  [[nodiscard]] const NoiseLevels& levels() const& { return tables_->levels; }
  [[nodiscard]] NoiseLevels levels() const&& { return tables_->levels; }  ///< the same
  [[nodiscard]] const S& schedule() const& { return tables_->schedule; }  ///< what the betas are of
  [[nodiscard]] S schedule() const&& { return tables_->schedule; }        ///< the same
  [[nodiscard]] const Loss& loss() const& { return loss_; }  ///< what a network is trained on
  [[nodiscard]] Loss loss() const&& { return loss_; }        ///< the same

  /// The shorter process on some of this one's timesteps: "50", "ddim50", "10,15,20".
  /// \throws std::invalid_argument where the spec cannot be met; see space_timesteps.
  [[nodiscard]] auto respaced(std::string_view spec) const {
    return respaced(schedule::space_timesteps(num_timesteps(), spec));
  }

  /// The shorter process on these timesteps, strictly increasing.
  [[nodiscard]] auto respaced(std::vector<int> kept) const {
    return GaussianDiffusion<schedule::Respaced<S>, Mean, Variance, Loss, Exec>(
        schedule::Respaced<S>(schedule(), std::move(kept)), tables_->rescale_timesteps, loss_);
  }

  /// The same.
  [[nodiscard]] auto respaced(std::initializer_list<int> kept) const {
    return respaced(std::vector<int>(kept));  // {0, 9} would be a pointer and a length as well
  }

  /// The rows of a batch's timesteps, for kernels on exec.
  /// \throws std::invalid_argument where a timestep of the whole batch is outside 0 .. T - 1; of a
  ///         View of timesteps only where values are checked (see core/require.hpp).
  template <Real R>
  [[nodiscard]] CoefficientsAt<R, Exec> coefficients_at(const Exec& exec, std::string_view function,
                                                        const PerSample<int, Exec>& t,
                                                        std::size_t samples) const {
    require_kokkos(function);
    t.require_extent(function, "t", samples);
    CoefficientsAt<R, Exec> rows{t, {}, device<R>().data(), num_timesteps(), {}};
    const auto rule = [&] { return "be in 0 .. " + std::to_string(num_timesteps() - 1); };
    if (!t.is_uniform()) {
      if constexpr (checks_values)
        check_values(exec, function, "every t", rule(), samples, t, 0, num_timesteps() - 1);
      return rows;
    }
    if (t(0) < 0 || t(0) >= num_timesteps()) require(false, function, "t", rule(), t(0));
    rows.row = cast<R>(coefficients()[static_cast<std::size_t>(t(0))]);
    return rows;
  }

  /// The same for a transition of a run: its row for the whole batch.
  template <Real R>
  [[nodiscard]] CoefficientsAt<R, Exec> coefficients_at(const Exec&, std::string_view,
                                                        const TransitionRow& transition,
                                                        std::size_t) const {
    return {0, cast<R>(transition.row), nullptr, 0, transition.waiting};
  }

 private:
  struct Tables {
    Tables(S of, bool rescale)
        : schedule(std::move(of)),
          rescale_timesteps(rescale),
          levels(make_coefficients(schedule, rescale)),
          in_float(levels.rows()),
          in_double(levels.rows()) {}

    S schedule;
    bool rescale_timesteps;
    NoiseLevels levels;
    DeviceCoefficients<float, Exec> in_float;
    DeviceCoefficients<double, Exec> in_double;
  };

  static std::shared_ptr<const Tables> make_tables(S schedule, bool rescale_timesteps) {
    require_kokkos("GaussianDiffusion");
    return std::make_shared<const Tables>(std::move(schedule), rescale_timesteps);
  }

  template <Real R>
  [[nodiscard]] const auto& device() const {
    if constexpr (std::is_same_v<R, float>)
      return tables_->in_float;
    else
      return tables_->in_double;
  }

  // In float too, where 1 / sqrt(alpha_bar) overflows first.
  static bool finds_x_start(const Coefficients<double>& c) {
    return Kokkos::isfinite(Mean::x_start(c, 1.0, 1.0)) &&
           Kokkos::isfinite(Mean::x_start(cast<float>(c), 1.0f, 1.0f));
  }

  std::shared_ptr<const Tables> tables_;
  [[no_unique_address]] Loss loss_;
};

namespace detail {

template <class P>
inline constexpr bool is_process = false;

template <class S, class M, class V, class L, class E>
inline constexpr bool is_process<GaussianDiffusion<S, M, V, L, E>> = true;

}  // namespace detail

/// Any GaussianDiffusion.
template <class P>
concept Process = detail::is_process<P>;

/// The timesteps of a batch for a process: an int, or a (B) View of int on its execution space.
template <Process P>
using Timesteps = PerSample<int, typename P::execution_space>;

/// How an operation is told the timestep: as Timesteps<P>, or by a run, as a TransitionRow.
template <class T, class P>
concept TransitionOf =
    std::convertible_to<const T&, Timesteps<P>> || std::same_as<T, TransitionRow>;

namespace detail {

// What every batch operation asks of its types, each rule with its sentence.
template <Process P, ExecutionSpace Exec, View First, View... Others>
constexpr void check_types() {
  static_assert(std::is_same_v<Exec, typename P::execution_space>,
                "exec is an instance of the execution space that the process is declared with");
  static_assert(ViewOn<First, Exec> && (ViewOn<Others, Exec> && ...),
                "every view lies in memory that exec can reach");
  static_assert(!std::is_const_v<typename First::value_type>,
                "an output is a View of elements that may be written, not of const ones");
  static_assert(
      Real<compute_t<First>> && (std::is_same_v<compute_t<Others>, compute_t<First>> && ...),
      "all batches of one call hold float or 16-bit numbers, or all hold double");
}

// A noise View is held to the same.
template <Process P, ExecutionSpace Exec, View First, class N>
constexpr void check_noise() {
  if constexpr (View<N>) check_types<P, Exec, First, N>();
}

template <View V>
typename V::const_type as_input(const V& view) {
  return view;
}

// An output that may be without memory where it is not wanted.
template <View V, View Like>
void require_wanted_shape(std::string_view function, std::string_view name, const V& view,
                          std::string_view like_name, const Like& like) {
  if (view.data() != nullptr) require_same_shape(function, name, view, like_name, like);
}

template <class N>
decltype(auto) as_noise(const N& noise) {
  if constexpr (View<N>)
    return as_input(noise);
  else
    return (noise);
}

}  // namespace detail

}  // namespace iddpm
