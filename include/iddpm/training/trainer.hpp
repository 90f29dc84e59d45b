// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/loss/training_losses.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/process/network_timesteps.hpp>
#include <iddpm/timestep/uniform.hpp>
#include <iddpm/training/adamw.hpp>
#include <iddpm/training/clip_gradient.hpp>
#include <iddpm/training/detail/drop_labels.hpp>
#include <iddpm/training/detail/non_finite.hpp>
#include <iddpm/training/detail/read_on_host.hpp>
#include <iddpm/training/ema.hpp>

#include <Kokkos_Profiling_ScopedRegion.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace iddpm {

/// What a step does whose losses or gradient are not finite. Either way no weight, average of the
/// gradients or count of the optimiser sees them.
enum class NonFinite {
  skip,  ///< moves no weight, is counted, and the run goes on
  stop   ///< throws, which makes every step wait for its exec
};

/// How a network is trained.
struct TrainerSettings {
  AdamWOptions adamw;                                          ///< the optimiser's constants
  double clip_norm = std::numeric_limits<double>::infinity();  ///< of the gradient; above 0
  std::vector<double> ema_rates = {0.9999};                    ///< of the weights' averages
  bool ema_warm_up = true;                                     ///< see Ema
  double label_dropout = 0;  ///< probability that a step with labels withholds one; in [0, 1]
  NonFinite non_finite = NonFinite::skip;  ///< see NonFinite
};

/// Trains a network on a process's loss, a step at a time:
///
///   t and weight ~ the timestep sampler, x_t ~ q(x_t | x_0), the network, the losses and the
///   gradient of mean_b weight_b loss_b with respect to the network's output, the network
///   backwards, the norm's clip, AdamW, the averages, the timestep sampler told the losses (where
///   it learns from them).
///
/// Every step has its own noise, addressed by the iteration and the sample's place in the batch, so
/// a run is reproducible from its seed and can go on from any iteration. All buffers are allocated
/// at the first step (and where the batch changes). A step with a loss or a gradient that is not
/// finite moves no weight, but counts as an iteration; the averages and the timestep sampler's
/// finite losses go on (see NonFinite for another way).
/// \see Ho et al. 2020, algorithm 1; improved_diffusion/train_util.py, TrainLoop.
template <Process P, class Net, Real R = float, class Sampler = timestep::Uniform>
class Trainer {
 public:
  using Exec = typename P::execution_space;      ///< the process's execution space
  using Vector = Tensor<R, 1, Exec>;             ///< (B) or (N)
  using Count = Tensor<std::uint64_t, 0, Exec>;  ///< a number on the device
  static_assert(TimestepSampler<Sampler, Exec, Tensor<int, 1, Exec>, Vector>,
                "a timestep sampler writes (B) timesteps and weights; see timestep/concepts.hpp");

  /// \throws std::invalid_argument for settings out of range.
  Trainer(const Exec& exec, P process, const Net& net, const TrainerSettings& settings,
          const NoiseStream& noise, Sampler sampler = {})
      : process_(std::move(process)),
        sampler_(std::move(sampler)),
        noise_(noise),
        label_dropout_(checked(settings.label_dropout)),
        stops_(settings.non_finite == NonFinite::stop),
        clip_(exec, net.parameters().extent(0), settings.clip_norm),
        adamw_(exec, net.parameters().extent(0), settings.adamw),
        ema_(exec, net.parameters(), settings.ema_rates, settings.ema_warm_up),
        gradient_(Kokkos::view_alloc(exec, "iddpm::training::gradient"),
                  net.parameters().extent(0)),
        non_finite_{Count(Kokkos::view_alloc(exec, "iddpm::training::non_finite_losses")),
                    Count(Kokkos::view_alloc(exec, "iddpm::training::skipped_steps"))} {}

  /// One step on the weighted mean loss of a batch. Asynchronous on exec.
  /// \pre x_start: (B, C, ...), B >= 1, data in [-1, 1]
  /// \throws std::invalid_argument where the batch does not fit the network, or is empty;
  ///         std::runtime_error with NonFinite::stop, which names the step and its first bad
  ///         sample: no weight, average or iteration has changed then.
  template <View X>
  requires TrainableDenoiser<Net, Exec, X>
  void step(const Exec& exec, Net& net, const X& x_start, double learning_rate) {
    require_kokkos("Trainer::step");
    const Region region("iddpm::training::step");
    const std::size_t batch = x_start.extent(0);
    require(batch > 0, "Trainer::step", "x_start", "hold at least one sample", shape_of(x_start));
    if (t_.extent(0) != batch) allocate(exec, batch);
    const auto x_t = buffer<X::rank()>(exec, x_, detail::row_major_layout(x_start));
    const auto output =
        buffer<X::rank()>(exec, output_, detail::row_major_layout(x_start, P::output_parts));
    const Draw noise = noise_.training(iteration_);
    sampler_(exec, process_.num_timesteps(), noise_.timestep(iteration_), t_, weight_);
    network_timesteps(exec, process_, t_, network_t_);
    q_sample(exec, process_, x_start, t_, noise, x_t);
    {
      const Region forward("iddpm::training::forward");
      net.forward(exec, x_t, network_t_, output);
    }
    // The gradient takes the output's place: each element is read before it is overwritten.
    const PerSample<R, Exec> weight(weight_, R(1) / static_cast<R>(batch));
    training_losses(exec, process_, x_start, x_t, t_, noise, output, weight, losses_, output);
    {
      const Region backward("iddpm::training::backward");
      net.backward(exec, output, gradient_);
    }
    clip_(exec, gradient_);
    detail::skip_non_finite<R>(exec, losses_.loss, clip_.factor(), non_finite_);
    if (stops_) stop_where_skipped(exec);
    adamw_.step(exec, learning_rate, gradient_, clip_.factor(), net.parameters());
    ema_.update(exec, net.parameters());
    if constexpr (LossAwareTimestepSampler<Sampler, Exec, Tensor<int, 1, Exec>, Vector>)
      sampler_.update(exec, t_, losses_.loss);
    ++iteration_;
  }

  /// The same step of a network that is told labels: it learns the classes, and by the labels that
  /// are withheld, "no label" too, as classifier-free guidance needs. A label is withheld, that is
  /// -1, where the first word of `noise.dropout(iteration)` is below label_dropout 2^32.
  /// \pre labels: (B) View of int, -1 or a class of the network
  /// \throws std::invalid_argument unless there is a label per sample and the network has labels.
  /// \see Ho & Salimans 2022, algorithm 1.
  template <View X, ViewOn<Exec> Labels>
  requires TrainableDenoiser<Net, Exec, X> && LabelledDenoiser<Net, Exec>
  void step(const Exec& exec, Net& net, const X& x_start, const Labels& labels,
            double learning_rate) {
    static_assert(Labels::rank() == 1 && std::same_as<value_t<Labels>, int>,
                  "Trainer::step: labels is a View of int of rank 1, one per sample");
    const std::size_t batch = x_start.extent(0);
    require(labels.extent(0) == batch, "Trainer::step", "labels",
            "hold one value per sample (" + std::to_string(batch) + ")", labels.extent(0));
    if (label_.extent(0) != batch)
      label_ = Tensor<int, 1, Exec>(Kokkos::view_alloc(exec, "iddpm::training::label"), batch);
    Net labelled = net.with_labels(label_);
    detail::drop_labels(exec, noise_.dropout(iteration_), label_dropout_, labels, label_);
    step(exec, labelled, x_start, learning_rate);
  }

  /// @{
  /// The last step's losses before weighting, (B) each; its timesteps and their weights, (B).
  [[nodiscard]] const TrainingLosses<Vector>& losses() const { return losses_; }
  [[nodiscard]] const Tensor<int, 1, Exec>& timesteps() const { return t_; }
  [[nodiscard]] const Vector& weights() const { return weight_; }
  /// @}

  /// The labels that the last step with labels told the network, (B): -1 where withheld.
  [[nodiscard]] const Tensor<int, 1, Exec>& labels() const { return label_; }

  /// @{
  /// What draws the timesteps; its state is saved and restored through it.
  [[nodiscard]] Sampler& sampler() { return sampler_; }
  [[nodiscard]] const Sampler& sampler() const { return sampler_; }
  /// @}

  /// @{
  /// The last step's gradient, and its norm before clipping.
  [[nodiscard]] const Vector& gradient() const { return gradient_; }
  [[nodiscard]] const Tensor<double, 0, Exec>& gradient_norm() const { return clip_.norm(); }
  /// @}

  /// What the last step's gradient was multiplied by: below 1 where it was clipped, 0 where the
  /// step was skipped.
  [[nodiscard]] const Tensor<R, 0, Exec>& gradient_factor() const { return clip_.factor(); }

  /// @{
  /// So far: the losses that were not finite, and the steps that were skipped.
  [[nodiscard]] const Count& non_finite_losses() const { return non_finite_.losses; }
  [[nodiscard]] const Count& skipped_steps() const { return non_finite_.steps; }
  /// @}

  /// The average of the weights at the k-th rate, what one samples with:
  /// `net.with(trainer.average())`.
  /// \throws std::invalid_argument unless there is a k-th rate.
  [[nodiscard]] Vector average(std::size_t k = 0) const { return ema_.average(k); }

  /// Goes on as if `iteration` steps had been made: their noise is not used again, and the averages
  /// are warm.
  void resume_at(std::uint64_t iteration) {
    iteration_ = iteration;
    ema_.set_updates(iteration);
  }

  /// Steps made so far, skipped ones counted.
  [[nodiscard]] std::uint64_t iteration() const { return iteration_; }

  /// Calls visit(name, view) for every array that the run goes on from, but the network's weights
  /// (see checkpoint.hpp): with these, the iteration, the seed and the data a run can go on.
  template <class Visit>
  void visit_state(Visit&& visit) const {
    visit("averages", ema_.averages());
    visit("adamw.mean", adamw_.mean());
    visit("adamw.square", adamw_.square());
    visit("adamw.powers", adamw_.powers());
    visit("non_finite_losses", non_finite_.losses);
    visit("skipped_steps", non_finite_.steps);
    if constexpr (requires { sampler_.visit_state(visit); }) sampler_.visit_state(visit);
  }

  [[nodiscard]] const P& process() const { return process_; }        ///< whose loss it is
  [[nodiscard]] const NoiseStream& noise() const { return noise_; }  ///< all of the run's noise

 private:
  using Region = Kokkos::Profiling::ScopedRegion;

  // Before anything is allocated.
  static double checked(double p) {
    require_kokkos("Trainer");
    require(p >= 0 && p <= 1, "Trainer", "label_dropout", "be in [0, 1]", p);
    return p;
  }

  // Only the host can throw, so it waits.
  void stop_where_skipped(const Exec& exec) const {
    if (detail::read_on_host(exec, clip_.factor())() > R(0)) return;
    const auto loss = detail::read_on_host(exec, losses_.loss);
    std::size_t b = 0;
    while (b < loss.extent(0) && loss(b) - loss(b) == R(0)) ++b;
    std::ostringstream sentence;
    sentence << "Trainer::step: ";
    if (b < loss.extent(0))
      sentence << "the losses must be finite; got " << loss(b) << " for sample " << b
               << " (t = " << detail::read_on_host(exec, t_)(b) << ")";
    else
      sentence << "the gradient must be finite; got the norm "
               << detail::read_on_host(exec, clip_.norm())();
    sentence << " in step " << iteration_;
    throw std::runtime_error(sentence.str());
  }

  void allocate(const Exec& exec, std::size_t batch) {
    const auto make = [&](const char* label) {
      return Vector(Kokkos::view_alloc(exec, std::string(label)), batch);
    };
    t_ = Tensor<int, 1, Exec>(Kokkos::view_alloc(exec, "iddpm::training::t"), batch);
    weight_ = make("iddpm::training::weight");
    network_t_ = make("iddpm::training::network_t");
    losses_ = {make("iddpm::training::loss"), make("iddpm::training::mse"),
               make("iddpm::training::vb")};
  }

  // A (B, ...) view of storage that is kept from step to step.
  template <std::size_t Rank>
  static Tensor<R, Rank, Exec> buffer(const Exec& exec, Vector& storage,
                                      const Kokkos::LayoutRight& layout) {
    std::size_t size = 1;
    for (std::size_t r = 0; r < Rank; ++r) size *= layout.dimension[r];
    if (storage.extent(0) != size)
      storage = Vector(
          Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::training::buffer"), size);
    return Tensor<R, Rank, Exec>(storage.data(), layout);
  }

  P process_;
  Sampler sampler_;
  NoiseStream noise_;
  double label_dropout_;
  bool stops_;
  ClipGradient<R, Exec> clip_;
  AdamW<R, Exec> adamw_;
  Ema<R, Exec> ema_;
  Vector gradient_, weight_, network_t_, x_, output_;
  detail::NonFiniteCounts<Exec> non_finite_;
  Tensor<int, 1, Exec> t_, label_;
  TrainingLosses<Vector> losses_;
  std::uint64_t iteration_ = 0;
};

}  // namespace iddpm
