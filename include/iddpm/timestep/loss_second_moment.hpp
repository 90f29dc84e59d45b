// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/timestep/detail/loss_history.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace iddpm {

namespace timestep {

/// Timesteps by how large their losses are, for losses whose size depends much on t (L_vlb):
///
///   p(t) = (1 - share) w_t / sum w + share / T,  w_t = sqrt(mean of the last H squared losses),
///   t_b = the smallest t with cdf(t) > (r0 + 1/2) 2^-32,  weight_b = 1 / (T p(t_b)),
///
/// r0 the first word of the sample's draw. Until every t has H losses, and where sum w is 0 or not
/// finite, t and weight are those of Uniform, to the bit.
///
/// The state is on the device; copies share it. The same losses give the same state for any number
/// of threads. Nothing is allocated after construction. An update costs T B comparisons.
/// \see Nichol & Dhariwal 2021, section 3.3; improved_diffusion/resample.py,
/// LossSecondMomentResampler.
template <ExecutionSpace Exec = Kokkos::DefaultExecutionSpace>
class LossSecondMoment {
 public:
  /// \param history losses kept per timestep, H
  /// \param uniform_share how much of p is uniform: no p(t) is below share / T
  /// \throws std::invalid_argument unless num_timesteps, history >= 1 and 0 < uniform_share <= 1.
  LossSecondMoment(const Exec& exec, int num_timesteps, int history = 10,
                   double uniform_share = 0.001)
      : uniform_share_(checked(num_timesteps, history, uniform_share)),
        history_(allocate(exec, static_cast<std::size_t>(num_timesteps),
                          static_cast<std::size_t>(history))) {
    refresh(exec);
  }

  /// \pre t: (B) View of int; weight: (B) View of float or double; draw:
  /// `noise.timestep(iteration)`. Asynchronous on exec.
  /// \throws std::invalid_argument unless num_timesteps is this sampler's own and t and weight are
  /// of one extent.
  template <ViewOn<Exec> T, ViewOn<Exec> Weight>
  void operator()(const Exec& exec, int num_timesteps, const Draw& draw, const T& t,
                  const Weight& weight) const {
    require(num_timesteps == static_cast<int>(counts().extent(0)), "LossSecondMoment",
            "num_timesteps", "be its own (" + std::to_string(counts().extent(0)) + ")",
            num_timesteps);
    detail::require_weights("LossSecondMoment", t, weight);
    const auto steps = static_cast<std::uint32_t>(num_timesteps);
    Kokkos::parallel_for(
        "iddpm::timestep::loss_second_moment", range(exec, t.extent(0)),
        detail::WeightedTimesteps<Exec, T, Weight>{history_, {{steps, draw, t}, weight}});
  }

  /// Takes the losses of a batch, before weighting, in the order of the batch. A loss that is not
  /// finite, or whose timestep is out of range, is counted and left out. Asynchronous on exec.
  /// \pre t: (B) View of int; loss: (B) View of float or double
  /// \throws std::invalid_argument unless t and loss are of one extent.
  template <ViewOn<Exec> T, ViewOn<Exec> Loss>
  void update(const Exec& exec, const T& t, const Loss& loss) {
    detail::check_timesteps<T>();
    static_assert(Loss::rank() == 1 && Real<value_t<Loss>>,
                  "loss is a View of rank 1 of float or double, one loss per sample");
    require(loss.extent(0) == t.extent(0), "LossSecondMoment::update", "loss",
            "hold one value per sample (" + std::to_string(t.extent(0)) + ")", loss.extent(0));
    Kokkos::parallel_for("iddpm::timestep::record_losses", range(exec, counts().extent(0) + 1),
                         detail::RecordLosses<Exec, T, Loss>{history_, t, loss});
    Kokkos::parallel_for("iddpm::timestep::normalize_weights", range(exec, 1),
                         detail::NormalizeWeights<Exec>{history_, uniform_share_});
  }

  /// Calls visit(name, view) for every array of the state, to be saved and restored.
  template <class Visit>
  void visit_state(Visit&& visit) const {
    visit("timestep.history", history());
    visit("timestep.counts", counts());
    visit("timestep.rejected", rejected());
  }

  /// Makes p and its sums anew, after a saved state was copied into its arrays.
  void refresh(const Exec& exec) {
    update(exec, Tensor<int, 1, Exec>(), Tensor<double, 1, Exec>());
  }

  /// @{
  /// The state, to be saved and restored: (T, H) losses, the oldest first, in double so that losses
  /// of both types keep all digits; (T) how many each row holds.
  [[nodiscard]] const Tensor<double, 2, Exec>& history() const { return history_.losses; }
  [[nodiscard]] const Tensor<int, 1, Exec>& counts() const { return history_.counts; }
  /// @}

  /// @{
  /// (T), what the next draws are made by: probabilities and their running sums.
  [[nodiscard]] const Tensor<double, 1, Exec>& p() const { return history_.p; }
  [[nodiscard]] const Tensor<double, 1, Exec>& cdf() const { return history_.cdf; }
  /// @}

  /// Whether the next draws are weighted (1) or uniform (0).
  [[nodiscard]] const Tensor<int, 0, Exec>& is_weighted() const { return history_.is_weighted; }

  /// How many losses were left out so far.
  [[nodiscard]] const Tensor<std::uint64_t, 0, Exec>& rejected() const { return history_.rejected; }

 private:
  using Range = Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>;

  double uniform_share_;
  detail::LossHistory<Exec> history_;

  static Range range(const Exec& exec, std::size_t size) { return Range(exec, 0, size); }

  static double checked(int num_timesteps, int history, double uniform_share) {
    constexpr auto name = "LossSecondMoment";
    require(num_timesteps >= 1, name, "num_timesteps", "be positive", num_timesteps);
    require(history >= 1, name, "history", "be positive", history);
    require(uniform_share > 0 && uniform_share <= 1, name, "uniform_share", "be in (0, 1]",
            uniform_share);
    return uniform_share;
  }

  static detail::LossHistory<Exec> allocate(const Exec& exec, std::size_t rows, std::size_t size) {
    const auto zeros = [&](const char* label) {
      return Kokkos::view_alloc(exec, std::string(label));
    };
    return {Tensor<double, 2, Exec>(zeros("iddpm::timestep::losses"), rows, size),
            Tensor<int, 1, Exec>(zeros("iddpm::timestep::counts"), rows),
            Tensor<double, 1, Exec>(zeros("iddpm::timestep::p"), rows),
            Tensor<double, 1, Exec>(zeros("iddpm::timestep::cdf"), rows),
            Tensor<int, 0, Exec>(zeros("iddpm::timestep::is_weighted")),
            Tensor<std::uint64_t, 0, Exec>(zeros("iddpm::timestep::rejected"))};
  }
};

}  // namespace timestep

}  // namespace iddpm
